//! The line of a template that a rendered line came from. Reasoning, not knowledge: templates keep no positions.
//!
//! Rendered lines are laid beside those of the template so that as many as possible fit, in order: a line without an
//! action fits its equal, one with actions fits what has its fixed parts in order. A line that nothing fits, such as
//! one that `toYaml` wrote, is told by the only action that stands alone behind what fits above.

/// Texts longer than this in lines are not laid beside each other.
const MOST_LINES: usize = 4_000;

/// A template laid beside what was rendered from it.
#[derive(Debug, Clone)]
pub struct Origin {
    /// For each rendered line the template line that it came from, from 0.
    lines: Vec<Option<usize>>,
}

impl Origin {
    /// Lays them beside each other; costs the product of their lines.
    pub fn of(template: &str, rendered: &str) -> Self {
        let patterns: Vec<Pattern<'_>> = template.lines().map(Pattern::of).collect();
        let lines: Vec<&str> = rendered.lines().map(str::trim).collect();
        if patterns.len() > MOST_LINES || lines.len() > MOST_LINES {
            return Self { lines: Vec::new() };
        }
        let mut found = pairs(&patterns, &lines);
        let mut above = None;
        for line in &mut found {
            match line {
                Some(index) => above = Some(*index),
                None => *line = behind(&patterns, above),
            }
        }
        Self { lines: found }
    }

    /// The 1-based line of the template for a 0-based one of the render; `None` where nothing tells.
    pub fn line(&self, rendered: usize) -> Option<u32> {
        let index = self.lines.get(rendered).copied().flatten()?;
        u32::try_from(index + 1).ok()
    }
}

/// The action that wrote what nothing fits: the only one that stands alone behind the line above, else that line.
fn behind(patterns: &[Pattern<'_>], above: Option<usize>) -> Option<usize> {
    let from = above.map_or(0, |index| index + 1);
    // Fixed text would have fitted something: what comes after it wrote other lines.
    let open = (from..patterns.len()).take_while(|index| patterns[*index].is_action());
    let mut alone = open.filter(|index| patterns[*index].writes());
    match (alone.next(), alone.next()) {
        (Some(only), None) => Some(only),
        _ => above,
    }
}

/// For each rendered line the template line that it fits, in order, so that the sum of what fits is the largest.
fn pairs(patterns: &[Pattern<'_>], lines: &[&str]) -> Vec<Option<usize>> {
    let (rows, columns) = (lines.len(), patterns.len());
    let width = columns + 1;
    // best[row][column]: of what is left from there on.
    let mut best = vec![0_u32; (rows + 1) * width];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            let skip = best[(row + 1) * width + column].max(best[row * width + column + 1]);
            let fit = patterns[column].fit(lines[row]);
            // A template line inside `range` is rendered several times: it may fit the next line as well.
            let taken = if fit > 0 { fit + best[(row + 1) * width + column + 1] } else { 0 };
            best[row * width + column] = skip.max(taken);
        }
    }
    let (mut row, mut column, mut found) = (0, 0, vec![None; rows]);
    while row < rows && column < columns {
        let fit = patterns[column].fit(lines[row]);
        let here = best[row * width + column];
        if fit > 0 && here == fit + best[(row + 1) * width + column + 1] {
            found[row] = Some(column);
            (row, column) = (row + 1, column + 1);
        } else if here == best[row * width + column + 1] {
            column += 1;
        } else {
            row += 1;
        }
    }
    found
}

/// What a template line leaves open.
#[derive(Debug)]
struct Pattern<'t> {
    /// The fixed parts, trimmed at the outer ends; one where there is no action.
    parts: Vec<&'t str>,
    /// The first action's text.
    action: Option<&'t str>,
}

impl<'t> Pattern<'t> {
    fn of(line: &'t str) -> Self {
        let (mut parts, mut action, mut rest) = (Vec::new(), None, line.trim());
        while let Some((before, after)) = rest.split_once("{{") {
            parts.push(before);
            let (inside, after) = after.split_once("}}").unwrap_or((after, ""));
            action.get_or_insert(inside.trim_matches(['-', ' ']));
            rest = after;
        }
        parts.push(rest);
        Self { parts, action }
    }

    /// How well it fits a rendered line, trimmed; 0 is not at all.
    fn fit(&self, line: &str) -> u32 {
        let [first, middle @ .., last] = self.parts.as_slice() else {
            return if self.parts.first().is_some_and(|only| *only == line) && !line.is_empty() {
                4
            } else {
                0
            };
        };
        let fixed: usize = self.parts.iter().map(|part| part.trim().len()).sum();
        // A dash and a bracket fit too much.
        if fixed < 3 {
            return 0;
        }
        let Some(inside) = line.strip_prefix(first.trim_start()) else { return 0 };
        let Some(mut inside) = inside.strip_suffix(last.trim_end()) else { return 0 };
        for part in middle {
            let Some(at) = inside.find(part) else { return 0 };
            inside = &inside[at + part.len()..];
        }
        3
    }

    /// Whether the line is nothing but actions.
    fn is_action(&self) -> bool {
        self.parts.iter().all(|part| part.trim().is_empty())
    }

    /// Whether its action writes something, and does not only decide.
    fn writes(&self) -> bool {
        let words = ["if", "else", "end", "with", "range", "define", "block", "/*", "$", "break", "continue"];
        self.action.is_some_and(|action| !words.iter().any(|word| action.starts_with(word)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const TEMPLATE: &str = "\
{{- if .Values.on }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include \"app.name\" . }}
spec:
  replicas: {{ .Values.replicas }}
  template:
    spec:
      containers:
        - name: app
          image: \"{{ .Values.image }}:{{ .Values.tag }}\"
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
          {{- with .Values.env }}
          env:
            {{- toYaml . | nindent 12 }}
          {{- end }}
{{- end }}
";

    const RENDERED: &str = "\
# Source: app/templates/a.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: release-app
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: app
          image: \"company/app:latest\"
          resources:
            limits:
              cpu: 1
";

    #[rstest]
    #[case::literal(2, Some(3))]
    #[case::include(4, Some(5))]
    #[case::action(6, Some(7))]
    #[case::two_actions(11, Some(12))]
    #[case::written_by_an_action(13, Some(14))]
    #[case::deeper(14, Some(14))]
    #[case::before_everything(0, None)]
    #[case::beyond(99, None)]
    fn a_rendered_line_is_told_by_what_fits_around_it(#[case] line: usize, #[case] found: Option<u32>) {
        assert_eq!(Origin::of(TEMPLATE, RENDERED).line(line), found);
    }

    #[test]
    fn a_template_of_one_include_is_told_by_that() {
        let rendered = "# Source: a\napiVersion: v1\nkind: Service\n";
        assert_eq!(Origin::of("{{- include \"common.service\" . }}\n", rendered).line(2), Some(1));
    }

    #[test]
    fn a_template_that_fits_nowhere_tells_nothing() {
        assert_eq!(Origin::of("a: 1\n", "b: 2\n").line(0), None);
    }
}
