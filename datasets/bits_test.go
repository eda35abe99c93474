package datasets_test

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
)

// TestDataBits holds generated and scaled values to one hash, on any machine and
// with any compiler flags: a fused or reordered operation changes it.
func TestDataBits(t *testing.T) {
	const want = 0x3272a73463f7fc3e
	h := fnv.New64a()
	put := func(m *mat.Dense) {
		rows, columns := m.Dims()
		for i := range rows {
			for j := range columns {
				h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(m.At(i, j))))
			}
		}
	}
	for _, g := range []datasets.Generator{
		datasets.Blobs{Samples: 500, Std: 1.3, Seed: 1}, datasets.Circles{Noise: 0.1, Samples: 301},
		datasets.Moons{Noise: 0.1, Samples: 301}, datasets.Regression{Noise: 3, Bias: 1, Targets: 2},
		datasets.Regression{Samples: 60, Features: 30, EffectiveRank: 4},
	} {
		d := g.Make()
		put(d.X)
		put(d.Y)
		for _, s := range []datasets.Scaling{
			datasets.MinMax{Low: -1}, datasets.Standardize{}, datasets.Robust{UnitVariance: true}, datasets.MaxAbs{},
		} {
			scale, err := s.Fit(d)
			if err != nil {
				t.Fatal(err)
			}
			put(scale.Apply(d).X)
			put(scale.Invert(d).X)
		}
		put(datasets.Normalize{}.ApplyMatrix(d.X))
		put(datasets.Normalize{Norm: datasets.L1}.ApplyMatrix(d.X))
	}
	if got := h.Sum64(); got != want {
		t.Errorf("the data's hash is %#x, want %#x", got, uint64(want))
	}
}
