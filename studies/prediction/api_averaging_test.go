package prediction_test

import (
	"path/filepath"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/ensembles"
)

func TestAveragingRows(t *testing.T) {
	train, test := blobs(100, 50)
	// trained gives members of their own seeds.
	trained := func(t *testing.T, members int) *ensembles.Ensemble {
		t.Helper()
		e, err := ensembles.Average{Members: members, Seed: 1}.Fit(ctx, recipe(5, 2), train)
		must(t, err)
		return e
	}
	one := mat.NewDense(1, 1, []float64{0})
	runRows(t, []row{
		{"ch20-members-in-memory", func(t *testing.T) {
			e := trained(t, 10)
			first, err := e.Members[0].Predict(test.X)
			must(t, err)
			last, err := e.Members[9].Predict(test.X)
			must(t, err)
			if len(e.Members) != 10 || mat.Equal(first, last) {
				t.Errorf("%d members, the first and the last alike: %t", len(e.Members), mat.Equal(first, last))
			}
		}},
		{"ch20-members-save", func(t *testing.T) {
			e, path := trained(t, 10), filepath.Join(t.TempDir(), "members.goodfit")
			must(t, e.Save(path)) // one file for all; each by itself too
			must(t, e.Members[9].Save(filepath.Join(t.TempDir(), "model_10.goodfit")))
		}},
		{"ch20-members-load", func(t *testing.T) {
			e, dir := trained(t, 3), t.TempDir()
			must(t, e.Save(filepath.Join(dir, "members.goodfit")))
			must(t, e.Members[2].Save(filepath.Join(dir, "model_3.goodfit")))
			all, err := ensembles.Load(filepath.Join(dir, "members.goodfit"))
			must(t, err)
			third, err := goodfit.Load(filepath.Join(dir, "model_3.goodfit"))
			must(t, err)
			want, err := e.Predict(test.X)
			must(t, err)
			if got, err := all.Predict(test.X); err != nil || !mat.Equal(got, want) {
				t.Errorf("the loaded ensemble predicts otherwise, %v", err)
			}
			want, err = all.Members[2].Predict(test.X)
			must(t, err)
			if got, err := third.Predict(test.X); err != nil || !mat.Equal(got, want) {
				t.Errorf("the loaded member predicts otherwise, %v", err)
			}
		}},
		{"ch20-combine-regression-mean", func(t *testing.T) {
			// A value for each row and output, not one over all as in the book's listing.
			y, err := ensembles.New(nil, constant(t, 1, 10), constant(t, 2, 20), constant(t, 6, 60)).Predict(one)
			must(t, err)
			same(t, "mean", y, mat.NewDense(1, 2, []float64{3, 30}))
		}},
		{"ch20-combine-class-mode", func(t *testing.T) {
			// Votes for the classes 1, 1 and 2, though the sum of the values is greatest for 2.
			y, err := ensembles.New(ensembles.Vote{}, constant(t, 0, 0.6, 0.4), constant(t, 0, 0.6, 0.4), constant(t, 0, 0, 1)).Predict(one)
			must(t, err)
			same(t, "shares of the votes", y, mat.NewDense(1, 3, []float64{0, 2.0 / 3, 1.0 / 3}))
			// One vote each: the class of the lowest number is reported, as by scipy's mode.
			y, err = ensembles.New(ensembles.Vote{}, constant(t, 0, 0, 1), constant(t, 0, 1, 0), constant(t, 1, 0, 0)).Predict(one)
			must(t, err)
			if y.At(0, 0) < y.At(0, 1) || y.At(0, 0) < y.At(0, 2) {
				t.Errorf("a tie gives %v", mat.Formatted(y))
			}
		}},
		{"ch20-combine-proba-sum-argmax", func(t *testing.T) {
			y, err := ensembles.New(ensembles.Mean{}, constant(t, 0, 0.6, 0.4), constant(t, 0, 0.6, 0.4), constant(t, 0, 0, 1)).Predict(one)
			must(t, err)
			if !(y.At(0, 2) > y.At(0, 1)) {
				t.Errorf("probabilities %v, want the third class ahead", mat.Formatted(y))
			}
		}},
	})
}
