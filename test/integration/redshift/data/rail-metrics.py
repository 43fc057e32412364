"""What qp, RAIL's library of redshift distributions, makes of predictions: reads JSON from stdin, prints figures."""

import json
import sys
import warnings

warnings.filterwarnings("ignore")
import numpy as np
import qp
import qp.metrics.point_estimate_metric_classes as points
from qp.metrics.pit import PIT
from scipy import integrate, stats

data = {name: np.array(values) for name, values in json.load(sys.stdin).items()}
true, predicted = data["true"], data["predicted"]
ensemble = qp.Ensemble(qp.mixmod, data={name: data[name] for name in ("weights", "means", "stds")})
pits = np.array(PIT(ensemble, true).pit_samps)
# The CDE loss and the CRPS by integrals over fine grids, of some of the galaxies; the CRPS has a jump at the truth.
few = data["few"].item()
part, z = ensemble[:few], true[:few]
grid = np.linspace(-0.5, 1.2, 4_001)
cde = np.trapezoid(part.pdf(grid) ** 2, grid) - 2 * part.pdf(z[:, None])[:, 0]


def integral(i, start, end, f):
    x = np.linspace(start, end, 2_001)
    return integrate.simpson(f(part[i].cdf(x).ravel()) ** 2, x=x)


crps = [integral(i, -0.5, z[i], lambda c: c) + integral(i, z[i], 1.2, lambda c: 1 - c) for i in range(few)]
print(
    json.dumps(
        {
            "biasMedian": points.PointBias().evaluate(predicted, true),
            "sigmaIQR": points.PointSigmaIQR().evaluate(predicted, true),
            "sigmaNMAD": points.PointSigmaMAD().evaluate(predicted, true),
            "outlierFraction3Sigma": points.PointOutlierRate().evaluate(predicted, true),
            "pits": pits.tolist(),
            "pitKS": stats.kstest(pits, "uniform").statistic,
            "pitCvM": stats.cramervonmises(pits, "uniform").statistic,
            "cdeLoss": float(np.mean(cde)),
            "CRPS": float(np.mean(crps)),
        }
    )
)
