package prediction_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
)

// TestStackingSingleRows are the rows with which chapter 25 begins.
func TestStackingSingleRows(t *testing.T) {
	runRows(t, []row{
		{"ch25-blobs-generate", func(t *testing.T) { checkBlobs(t, 1000) }},
		{"ch25-small-train-split", func(t *testing.T) { checkBlobs(t, 1100); checkSplit(t, 1100, 100); checkOneHot(t) }},
		{"ch25-mlp-define", func(t *testing.T) { checkNetwork(t, 25) }},
		{"ch25-mlp-fit", func(t *testing.T) { checkFit(t, 25, 500, 1100, 100) }},
		{"ch25-mlp-evaluate", func(t *testing.T) { checkEvaluate(t, 25, 1100, 100) }},
		{"ch25-learning-curves", checkCurves},
	})
}

// submodels are five networks, each saved in a file of the folder and loaded.
func submodels(t *testing.T, folder string) *ensembles.Ensemble {
	t.Helper()
	train, _ := blobs(1100, 100)
	var members []*goodfit.Model
	for i := 1; i <= 5; i++ {
		m, _, err := recipe(25, 100).Fit(ctx, train, nil, uint64(i))
		must(t, err)
		path := filepath.Join(folder, fmt.Sprintf("model_%d.goodfit", i))
		must(t, m.Save(path))
		m, err = goodfit.Load(path)
		must(t, err)
		members = append(members, m)
	}
	return ensembles.New(nil, members...)
}

// TestSubmodelRows are the rows of chapter 25 on the first level.
func TestSubmodelRows(t *testing.T) {
	train, test := blobs(1100, 100)
	folder := filepath.Join(t.TempDir(), "models")
	must(t, os.Mkdir(folder, 0o777))
	e := submodels(t, folder)
	runRows(t, []row{
		{"ch25-fit-model-function", func(t *testing.T) {
			labels, _, err := recipe(25, 20).Fit(ctx, train, nil, 1)
			must(t, err)
			oneHot, err := train.OneHotTargets()
			must(t, err)
			columns, _, err := recipe(25, 20).Fit(ctx, oneHot, nil, 1)
			must(t, err)
			if !mat.Equal(predicted(t, labels, test), predicted(t, columns, test)) {
				t.Error("columns of classes train another network than their numbers")
			}
		}},
		{"ch25-make-models-dir", func(t *testing.T) {
			// A folder is the user's to make; a file in none is refused, and names it.
			missing := filepath.Join(t.TempDir(), "missing", "model_1.goodfit")
			if err := e.Members[0].Save(missing); err == nil || !strings.Contains(err.Error(), "missing") {
				t.Errorf("error = %v", err)
			}
			must(t, os.MkdirAll(folder, 0o777)) // may be there
		}},
		{"ch25-fit-and-save-loop", func(t *testing.T) {
			files, err := os.ReadDir(folder)
			must(t, err)
			if len(files) != 5 || files[4].Name() != "model_5.goodfit" {
				t.Errorf("files are %v", files)
			}
		}},
		{"ch25-load-all-models", func(t *testing.T) {
			for i, m := range e.Members {
				again, _, err := recipe(25, 100).Fit(ctx, train, nil, uint64(i+1))
				must(t, err)
				if !mat.Equal(predicted(t, m, test), predicted(t, again, test)) {
					t.Errorf("model %d predicts otherwise when it is loaded", i+1)
				}
			}
		}},
		{"ch25-load-call", func(t *testing.T) {
			if len(e.Members) != 5 {
				t.Errorf("%d models", len(e.Members))
			}
		}},
		{"ch25-evaluate-standalone", func(t *testing.T) {
			_, each := accuracy(t, e, test)
			for i, m := range e.Members {
				if want := hitShare(predicted(t, m, test), test); math.Abs(each[i]-want) > 1e-12 {
					t.Errorf("model %d has the accuracy %v, counted are %v", i+1, each[i], want)
				}
			}
		}},
	})
}

// sideBySide puts the members' probabilities for a row next to each other, member
// after member. (The book's columns go class after class.)
func sideBySide(t *testing.T, e *ensembles.Ensemble, d *datasets.Dataset) *mat.Dense {
	t.Helper()
	all := mat.NewDense(d.Rows(), 3*len(e.Members), nil)
	for k, m := range e.Members {
		y := predicted(t, m, d)
		for i := range d.Rows() {
			for c := range 3 {
				all.Set(i, 3*k+c, y.At(i, c))
			}
		}
	}
	return all
}

// scoresOf are the softmax of what a linear combiner makes of the columns.
func scoresOf(l ensembles.Linear, x *mat.Dense) *mat.Dense {
	rows, columns := x.Dims()
	p := mat.NewDense(rows, 3, nil)
	for i := range rows {
		sum := 0.0
		for c := range 3 {
			s := l.Intercepts[c]
			for j := range columns {
				s += l.Coefficients[c][j] * x.At(i, j)
			}
			p.Set(i, c, math.Exp(s))
			sum += math.Exp(s)
		}
		for c := range 3 {
			p.Set(i, c, p.At(i, c)/sum)
		}
	}
	return p
}

// checkOptimum wants the gradient of ½·‖w‖² − Σ log p(class of the row) to be 0:
// scikit-learn's objective with C = 1. The solver ends at a gradient below 1e-6 per
// row.
func checkOptimum(t *testing.T, l ensembles.Linear, x *mat.Dense, d *datasets.Dataset) {
	t.Helper()
	p := scoresOf(l, x)
	rows, columns := x.Dims()
	for c := range 3 {
		for j := -1; j < columns; j++ { // −1 is the intercept, which has no penalty
			g := 0.0
			for i := range rows {
				off := p.At(i, c)
				if int(d.Y.At(i, 0)) == c {
					off--
				}
				if j >= 0 {
					off *= x.At(i, j)
				}
				g += off
			}
			if j >= 0 {
				g += l.Coefficients[c][j]
			}
			if math.Abs(g) > 1e-3 {
				t.Errorf("the gradient of class %d, column %d is %v", c, j, g)
			}
		}
	}
}

// TestStackedRows are the rows of chapter 25 on logistic regression.
func TestStackedRows(t *testing.T) {
	_, test := blobs(1100, 100)
	e := submodels(t, t.TempDir())
	stacked, err := e.Stack(ctx, ensembles.LogisticRegression{}, test)
	must(t, err)
	learnt := stacked.Combiner.(ensembles.Linear)
	runRows(t, []row{
		{"ch25-stacked-dataset", func(t *testing.T) {
			x := sideBySide(t, e, test)
			if r, c := x.Dims(); r != 1000 || c != 15 || len(learnt.Coefficients[0]) != 15 {
				t.Fatalf("%d rows of %d columns, %d coefficients", r, c, len(learnt.Coefficients[0]))
			}
			// A combiner that takes one column shows which it is.
			for j := range 15 {
				pick := ensembles.Linear{Intercepts: []float64{0}, Coefficients: [][]float64{make([]float64, 15)}}
				pick.Coefficients[0][j] = 1
				got, err := pick.Combine(nil, membersOf(t, e, test))
				must(t, err)
				same(t, fmt.Sprintf("column %d", j), got, mat.DenseCopyOf(x.Slice(0, 1000, j, j+1)))
			}
			// One member alone, with which the book's reshape fails, has three columns.
			one, err := ensembles.New(nil, e.Members[0]).Stack(ctx, ensembles.LogisticRegression{}, test)
			must(t, err)
			if n := len(one.Combiner.(ensembles.Linear).Coefficients[0]); n != 3 {
				t.Errorf("one member gives %d columns", n)
			}
		}},
		{"ch25-fit-stacked-model", func(t *testing.T) { checkOptimum(t, learnt, sideBySide(t, e, test), test) }},
		{"ch25-fit-stacked-call", func(t *testing.T) {
			before := submodels(t, t.TempDir())
			for i := range e.Members {
				if !mat.Equal(predicted(t, e.Members[i], test), predicted(t, before.Members[i], test)) {
					t.Errorf("member %d changed while the meta-learner learnt", i+1)
				}
			}
		}},
		{"ch25-stacked-prediction", func(t *testing.T) {
			same(t, "probabilities", predicted(t, stacked, test), scoresOf(learnt, sideBySide(t, e, test)))
		}},
		{"ch25-stacked-evaluate", func(t *testing.T) {
			all, members := accuracy(t, stacked, test)
			if want := hitShare(predicted(t, stacked, test), test); math.Abs(all-want) > 1e-12 || all < members[0] {
				t.Errorf("accuracy %v, counted are %v; the first member has %v", all, want, members[0])
			}
		}},
	})
}

func membersOf(t *testing.T, e *ensembles.Ensemble, d *datasets.Dataset) []*mat.Dense {
	t.Helper()
	p, err := e.PredictMembers(d.X)
	must(t, err)
	return p
}

// TestIntegratedRows are the rows of chapter 25 on a network around frozen members.
func TestIntegratedRows(t *testing.T) {
	_, test := blobs(1100, 100)
	e := submodels(t, t.TempDir())
	m, h, err := e.Integrate(ctx, ensembles.NetworkLearner{Epochs: 300, Seed: 1}, test)
	must(t, err)
	layer := func(t *testing.T, name string) goodfit.LayerInfo {
		t.Helper()
		l, err := m.Layer(name)
		must(t, err)
		return l
	}
	runRows(t, []row{
		{"ch25-freeze-and-rename", func(t *testing.T) {
			seen := map[string]bool{}
			for _, l := range m.Layers() {
				if seen[l.Name] {
					t.Errorf("two layers are named %s", l.Name)
				}
				seen[l.Name] = true
			}
			for i := range 5 {
				for _, name := range []string{"hidden", "output"} {
					if l := layer(t, fmt.Sprintf("member_%d/%s", i+1, name)); !l.Frozen {
						t.Errorf("%s is not frozen", l.Name)
					}
				}
				part, err := m.Part(fmt.Sprintf("member_%d/output", i+1))
				must(t, err)
				if !mat.Equal(predicted(t, part, test), predicted(t, e.Members[i], test)) {
					t.Errorf("member %d was changed by the training", i+1)
				}
			}
		}},
		{"ch25-define-stacked-mlp", func(t *testing.T) {
			if c := m.CountParams(); c.Trainable != 15*10+10+10*3+3 || c.Frozen != 5*(2*25+25+25*3+3) {
				t.Errorf("%+v, want 193 that train and 765 that are frozen", c)
			}
			if l := layer(t, "members"); l.Output[len(l.Output)-1] != 15 || len(l.Inputs) != 5 {
				t.Errorf("%v joins %v", l.Output, l.Inputs)
			}
		}},
		{"ch25-define-stacked-call", func(t *testing.T) {
			for _, text := range []string{m.DOT(), string(m.SVG())} {
				for _, name := range []string{"member_1/hidden", "member_5/output", "members", "head/dense"} {
					if !strings.Contains(text, name) {
						t.Errorf("the drawing of the graph lacks %s", name)
					}
				}
			}
		}},
		{"ch25-fit-stacked-mlp", func(t *testing.T) {
			loss, _ := h.Get("loss")
			if len(loss) != 300 || loss[299] > loss[0] {
				t.Errorf("%d epochs, the loss goes from %v to %v", len(loss), loss[0], loss[len(loss)-1])
			}
		}},
		{"ch25-fit-stacked-mlp-call", func(t *testing.T) {
			// Learnt from the members' outputs for these rows, the graph has the loss
			// of the network by itself.
			s, err := m.Evaluate(test)
			must(t, err)
			learnt, err := e.Stack(ctx, ensembles.NetworkLearner{Epochs: 300, Seed: 1}, test)
			must(t, err)
			v, err := learnt.Evaluate(test)
			must(t, err)
			if math.Abs(s.Loss-v.Ensemble.Loss) > 1e-6 {
				t.Errorf("the graph has the loss %v, the network behind the members %v", s.Loss, v.Ensemble.Loss)
			}
		}},
		{"ch25-predict-stacked-mlp", func(t *testing.T) {
			// One input for all members, not five copies of it.
			if names := m.InputNames(); len(names) != 1 {
				t.Errorf("inputs are %v", names)
			}
			y := predicted(t, m, test)
			for i := range test.Rows() {
				if sum := mat.Sum(y.RowView(i)); math.Abs(sum-1) > 1e-6 {
					t.Fatalf("the outputs for row %d sum to %v", i, sum)
				}
			}
		}},
		{"ch25-evaluate-stacked-mlp", func(t *testing.T) {
			all, _ := accuracy(t, ensembles.New(nil, m), test)
			_, members := accuracy(t, e, test)
			if want := hitShare(predicted(t, m, test), test); math.Abs(all-want) > 1e-12 || all < members[0] {
				t.Errorf("accuracy %v, counted are %v; the first member has %v", all, want, members[0])
			}
		}},
	})
}
