package prediction_test

import (
	"testing"

	"github.com/goodfit-ml/goodfit/datasets"
)

func TestWeightRows(t *testing.T) {
	runRows(t, []row{
		{"ch26-blobs-generate", func(t *testing.T) {
			d := datasets.Blobs{Samples: 1000, Centers: 3, Std: 2, Seed: 2}.Make()
			again := datasets.Blobs{Samples: 1000, Centers: 3, Std: 2, Seed: 2}.Make()
			if d.Rows() != 1000 || d.X.At(999, 1) != again.X.At(999, 1) {
				t.Errorf("%d rows, the last %v and %v", d.Rows(), d.X.At(999, 1), again.X.At(999, 1))
			}
		}},
	})
}
