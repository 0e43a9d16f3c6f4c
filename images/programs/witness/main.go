// Witness answers, with Kubernetes' own code, what the tests of this project ask: which controls of the Pod Security
// Standards a Pod violates, what tree a YAML text is, what a quantity means.
//
// It reads one question per line on standard input, a JSON object with exactly one of the keys pss, controls, yaml,
// stream and quantity, and writes one JSON object per line on standard output, in the same order. A question that
// makes no sense is answered by {"error": "…"}; what Kubernetes refuses is an answer like any other. It ends with
// the input.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

// The module whose version is this program's own.
const standards = "k8s.io/pod-security-admission"

// question is one line of input; the key that is there says what is asked.
type question struct {
	PSS      *podQuestion    `json:"pss"`
	Controls *levelVersion   `json:"controls"`
	YAML     *string         `json:"yaml"`
	Stream   *string         `json:"stream"`
	Quantity json.RawMessage `json:"quantity"`
}

func main() {
	if len(os.Args) > 1 {
		fmt.Println("witness", version())
		return
	}
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "witness:", err)
		os.Exit(1)
	}
}

// version is that of the Pod Security Standards inside.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == standards {
				return module.Version
			}
		}
	}
	return "unknown"
}

// serve answers until the input ends. Answers are written out when no further question is at hand, so that one who
// waits for an answer gets it, and one who sends thousands pays for few writes.
func serve(in io.Reader, out io.Writer) error {
	judge, err := newJudge()
	if err != nil {
		return err
	}
	lines, answers := bufio.NewReaderSize(in, 1<<20), bufio.NewWriterSize(out, 1<<20)
	encoder := json.NewEncoder(answers)
	encoder.SetEscapeHTML(false)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return answers.Flush()
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if err := encoder.Encode(judge.answer(line)); err != nil {
			return err
		}
		if lines.Buffered() == 0 {
			if err := answers.Flush(); err != nil {
				return err
			}
		}
	}
}

// failure is the answer to a question that makes no sense, or to a text that Kubernetes does not read.
type failure struct {
	Error string `json:"error"`
}

func failed(err error) any {
	return failure{Error: err.Error()}
}

func (j *judge) answer(line []byte) any {
	var asked question
	if err := json.Unmarshal(line, &asked); err != nil {
		return failed(fmt.Errorf("a question has to be a JSON object on one line: %w", err))
	}
	switch {
	case asked.PSS != nil:
		return j.pod(asked.PSS)
	case asked.Controls != nil:
		return j.controls(asked.Controls)
	case asked.YAML != nil:
		return tree(*asked.YAML)
	case asked.Stream != nil:
		return trees(*asked.Stream)
	case asked.Quantity != nil:
		return measure(asked.Quantity)
	default:
		return failed(errors.New("a question has one of the keys pss, controls, yaml, stream, quantity"))
	}
}
