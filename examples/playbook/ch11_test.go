package playbook_test

import (
	"context"
	"path/filepath"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/experiments"
)

func TestAPIChapter11(t *testing.T) {
	one, _ := blobs(1)
	train, test := blobs(2)
	m, _ := fit(t, one, classifier(), goodfit.Plan{Epochs: 10}, hidden("hidden1", 5), hidden("hidden2", 5), classes())
	path := filepath.Join(t.TempDir(), "model.goodfit")
	ok(t, m.Save(path))
	t.Run("ch11-api-save-model", func(t *testing.T) {
		loaded := must(goodfit.Load(path))(t)
		if !mat.Equal(must(loaded.Predict(test.X))(t), must(m.Predict(test.X))(t)) || loaded.Config().Optimizer != m.Config().Optimizer {
			t.Errorf("the file gives other predictions, or the optimizer %+v", loaded.Config().Optimizer)
		}
	})
	t.Run("ch11-api-repeated-transfer-frozen-layers", func(t *testing.T) {
		for fixed, want := range []int{15 + 30 + 18, 30 + 18, 18} {
			// Each repetition shuffles the rows of problem 2 by a seed of its own.
			scores := must(experiments.Repeated{Seeds: 3}.Values(context.Background(), func(ctx context.Context, seed uint64) (float64, error) {
				m := must(goodfit.Load(path))(t)
				for _, name := range []string{"hidden1", "hidden2"}[:fixed] {
					ok(t, m.Freeze(name))
				}
				c := m.Config()
				c.Seed = seed
				ok(t, m.Compile(c))
				if n := m.CountParams().Trainable; n != want {
					t.Errorf("%d fixed: %d weights to train, want %d", fixed, n, want)
				}
				_, err := m.Fit(ctx, train, goodfit.Plan{Epochs: 5})
				return accuracy(t, m, test), err
			}))(t)
			if s := experiments.Summarize(scores); s.N != 3 || s.Mean < 0.4 || !(s.SD > 0) {
				t.Errorf("%d fixed: %v, want accuracies that are above chance and vary", fixed, s)
			}
		}
	})
}
