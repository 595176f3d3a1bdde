"""Whether all processes at work have the same release, the same configuration and the same policy, and this file's."""

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.checks.findings import Finding, Subject, fault, ok, warning
from bot.replicas.at_work import Replica, Terms

MOST_NAMED = 5


def replica_findings(replicas: Sequence[Replica], here: Terms, path: str) -> Iterator[Finding]:
    """Findings on the processes at work; `here` is what one would work by that was started now with the file `path`.

    Processes that differ from one another show the same account otherwise, or take turns in importing two policies.
    """
    if not replicas:
        return
    apart = [*_among(replicas), *_releases(replicas)]
    if not apart:
        apart = [*_from_here(replicas, here, path)]
    yield from apart or [ok(Subject.CONFIGURATION, f"{_counted(len(replicas))} at work, with this configuration.")]


def _among(replicas: Sequence[Replica]) -> Iterator[Finding]:
    if few := _fewer([one.terms.configuration for one in replicas], replicas):
        what = f"Not all {len(replicas)} processes at work have the same configuration: {_named(few)} differ."
        mend = "Bring steward.toml, its table of topics and its fonts to one state on every machine, then restart them."
        yield fault(Subject.CONFIGURATION, what, mend)
    if few := _fewer([one.terms.policy_files for one in replicas], replicas):
        what = f"Not all {len(replicas)} processes at work have the same files of the policy: {_named(few)} differ."
        mend = "Copy the same files to every machine: whichever process looks next takes what it finds for published."
        yield fault(Subject.CONFIGURATION, what, mend, "policy.source")


def _releases(replicas: Sequence[Replica]) -> Iterator[Finding]:
    if few := _fewer([one.terms.release for one in replicas], replicas):
        releases = " and ".join(sorted({one.terms.release for one in replicas}))
        what = f"Releases {releases} are at work side by side: {_named(few)} differ."
        yield warning(Subject.CONFIGURATION, what, "Restart those of the older one, to end the upgrade.")


def _from_here(replicas: Sequence[Replica], here: Terms, path: str) -> Iterator[Finding]:
    """All work by the same; whether that is what stands here. Whoever checks may have another machine's files."""
    at_work = replicas[0].terms
    if at_work.configuration != here.configuration:
        what = f"{_counted(len(replicas))} at work, with another configuration than {path}."
        mend = "It is read at the start only: restart them, if it was changed since. Or is this another machine's file?"
        yield warning(Subject.CONFIGURATION, what, mend)
    if at_work.policy_files != here.policy_files:
        what = f"{_counted(len(replicas))} at work, with other files of the policy than stand here."
        mend = "Copy the same files to every machine; a change is seen by the others within half a minute."
        yield warning(Subject.CONFIGURATION, what, mend, "policy.source")
    if at_work.release != here.release:
        what = f"{_counted(len(replicas))} at work of release {at_work.release}, and this is {here.release}."
        yield warning(Subject.CONFIGURATION, what, "Restart them, to end the upgrade.")


def _fewer(said: Sequence[str], replicas: Sequence[Replica]) -> list[Replica]:
    """Those that do not say what most say; of two that as many say, the one that was said first counts as most."""
    most = Counter(said).most_common(1)[0][0]
    return [one for one, word in zip(replicas, said, strict=True) if word != most]


def _named(few: Sequence[Replica]) -> str:
    more = f" and {len(few) - MOST_NAMED} more" if len(few) > MOST_NAMED else ""
    return ", ".join(one.name for one in few[:MOST_NAMED]) + more


def _counted(count: int) -> str:
    return "1 process is" if count == 1 else f"{count} processes are"
