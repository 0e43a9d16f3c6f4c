//! `doctor`: what is there, what is missing, how to get it. Exit code 0 or 2.

use super::Stop;
use super::setup::needs;
use crate::cli::NeedArgs;
use crate::project::Project;

pub(crate) async fn command(project: &Project, args: &NeedArgs) -> Result<u8, Stop> {
    let needs = needs(project, args)?;
    let rows = seatrial_setup::doctor(&project.root, &needs).await?;
    let mut missing = 0_usize;
    for row in &rows {
        anstream::println!("{row}");
        missing += usize::from(!row.state.is_found());
    }
    if missing == 0 {
        anstream::println!("everything is there");
        Ok(0)
    } else {
        anstream::println!("{missing} missing; `seatrial setup --for {}` provides what it can", args.purpose);
        Ok(2)
    }
}
