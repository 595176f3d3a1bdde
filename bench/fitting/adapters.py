"""Where the adapters of the model that reads pairs are kept: that of each half of the policies, and that of all."""

from bench.evaluation import ROOT
from bench.fitting.leaving_out import HALVES

OUTPUT = ROOT / "bot" / "privacy" / "answering" / "adapter.npz"
HALF_OUTPUTS = tuple(ROOT / "bench" / "fitting" / f"adapter-{half}.npz" for half in range(HALVES))
