package prediction_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/plots"
)

// Every chapter begins with the same rows: data, a network, its training, scores and
// curves. They are checked by the functions of this file.

// checkBlobs compares the generated rows with those of scikit-learn 1.2.1,
// make_blobs(n_samples=rows, centers=3, n_features=2, cluster_std=2,
// random_state=2). Sums over all coordinates are equal to their rounding.
func checkBlobs(t *testing.T, rows int) {
	t.Helper()
	want, ok := map[int]struct {
		first, last [2]float64
		labels      [6]float64
		sum         float64
	}{
		1000: {[2]float64{0.4871981127474787, -0.4316054814243375}, [2]float64{-2.32988529140032, -10.661092730273328}, [6]float64{2, 2, 2, 0, 1, 0}, -5456.281100421177},
		1100: {[2]float64{-3.0629222147804995, -4.9846657415316695}, [2]float64{-0.16497424608815492, -6.133147420075932}, [6]float64{2, 0, 2, 1, 0, 1}, -5967.385804299754},
		55000: {[2]float64{-0.27681552053112624, -3.420244119755087}, [2]float64{0.8268132088653637, -10.886776136768788}, [6]float64{2, 1, 2, 1, 2, 2},
			-294905.82195323886},
	}[rows]
	if !ok {
		t.Fatalf("no numbers for %d rows", rows)
	}
	d, _ := blobs(rows, rows)
	if d.Rows() != rows || d.Features() != 2 {
		t.Fatalf("%d rows of %d features", d.Rows(), d.Features())
	}
	near := func(what string, got, want float64) {
		t.Helper()
		if !(math.Abs(got-want) <= 1e-10*max(1, math.Abs(want))) {
			t.Errorf("%s is %v, scikit-learn has %v", what, got, want)
		}
	}
	for k := range 2 {
		near("a coordinate of the first row", d.X.At(0, k), want.first[k])
		near("a coordinate of the last row", d.X.At(rows-1, k), want.last[k])
	}
	for i, label := range want.labels {
		near("a label", d.Y.At(i, 0), label)
	}
	near("the sum of all coordinates", mat.Sum(d.X), want.sum)
}

// checkSplit wants the first rows to train with, in their order, and the others to
// test with.
func checkSplit(t *testing.T, rows, train int) {
	t.Helper()
	all, _ := blobs(rows, rows)
	first, rest := blobs(rows, train)
	if first.Rows() != train || rest.Rows() != rows-train {
		t.Fatalf("%d and %d rows, want %d and %d", first.Rows(), rest.Rows(), train, rows-train)
	}
	if !mat.Equal(first.X, all.X.Slice(0, train, 0, 2)) || !mat.Equal(rest.X, all.X.Slice(train, rows, 0, 2)) || !mat.Equal(rest.Y, all.Y.Slice(train, rows, 0, 1)) {
		t.Error("the parts are not the rows in their order")
	}
}

// checkOneHot wants three columns with a single 1 per row, that of the label; and
// the same training from labels and from columns.
func checkOneHot(t *testing.T) {
	t.Helper()
	labels, _ := blobs(100, 100)
	columns, err := labels.OneHotTargets()
	must(t, err)
	if _, c := columns.Y.Dims(); c != 3 || mat.Sum(columns.Y) != 100 {
		t.Fatalf("%d columns with the sum %v, want 3 with 100", c, mat.Sum(columns.Y))
	}
	for i := range 100 {
		if columns.Y.At(i, int(labels.Y.At(i, 0))) != 1 {
			t.Fatalf("row %d of class %v is %v", i, labels.Y.At(i, 0), columns.Y.RawRowView(i))
		}
	}
	a, _, err := recipe(5, 3).Fit(ctx, labels, nil, 1)
	must(t, err)
	b, _, err := recipe(5, 3).Fit(ctx, columns, nil, 1)
	must(t, err)
	if !mat.Equal(predicted(t, a, labels), predicted(t, b, labels)) {
		t.Error("labels train otherwise than the same classes as columns")
	}
}

func predicted(t *testing.T, p goodfit.Predictor, d *datasets.Dataset) *mat.Dense {
	t.Helper()
	y, err := p.Predict(d.X)
	must(t, err)
	return y
}

// checkNetwork wants Keras's defaults: kernels uniform within √(6/(in+out)), biases
// 0, and outputs that are probabilities.
func checkNetwork(t *testing.T, units int) {
	t.Helper()
	d, _ := blobs(1000, 1000)
	r, err := recipe(units, 1).For(d)
	must(t, err)
	m, err := r.Build(1)
	must(t, err)
	for _, l := range []struct {
		name    string
		in, out int
	}{{"hidden", 2, units}, {"output", units, 3}} {
		w, err := m.Weights(l.name)
		must(t, err)
		kernel, limit, most := w["kernel"].Data(), math.Sqrt(6/float64(l.in+l.out)), 0.0
		for _, v := range kernel {
			most = max(most, math.Abs(float64(v)))
		}
		if len(kernel) != l.in*l.out || most > limit || most < limit*0.9 {
			t.Errorf("%s has %d weights up to %v, want %d up to nearly %v", l.name, len(kernel), most, l.in*l.out, limit)
		}
		if bias := w["bias"].Data(); len(bias) != l.out || slices.ContainsFunc(bias, func(v float32) bool { return v != 0 }) {
			t.Errorf("the biases of %s are %v", l.name, bias)
		}
	}
	y := predicted(t, m, d)
	for i := range 1000 {
		if sum := mat.Sum(y.RowView(i)); math.Abs(sum-1) > 1e-6 || mat.Min(y.RowView(i)) < 0 {
			t.Fatalf("the outputs for row %d are %v", i, y.RawRowView(i))
		}
	}
}

// checkFit wants all epochs, updates of 32 rows and one of the rest, and validation
// rows that change no weight.
func checkFit(t *testing.T, units, epochs, rows, trainRows int) {
	t.Helper()
	train, test := blobs(rows, trainRows)
	updates := 0
	r := recipe(units, epochs)
	alone, _, err := r.Fit(ctx, train, nil, 1)
	must(t, err)
	r.Plan.Validation = test
	r.Plan.Callbacks = []goodfit.Callback{callbacks.Hooks{OnBatchEnd: func(*goodfit.Run) error { updates++; return nil }}}
	m, h, err := r.Fit(ctx, train, nil, 1)
	must(t, err)
	if want := epochs * ((trainRows + 31) / 32); h.Epochs() != epochs || updates != want {
		t.Errorf("%d epochs with %d updates, want %d with %d", h.Epochs(), updates, epochs, want)
	}
	if !mat.Equal(predicted(t, m, test), predicted(t, alone, test)) {
		t.Error("validation rows change the training")
	}
	s, err := m.Evaluate(test)
	must(t, err)
	if a, _ := s.Get(metrics.Accuracy{}); math.Abs(h.Last("val_accuracy")-a) > 1e-9 || math.Abs(h.Last("val_loss")-s.Loss) > 1e-6 {
		t.Errorf("the last epoch has %v and %v, the model %v and %v", h.Last("val_accuracy"), h.Last("val_loss"), a, s.Loss)
	}
}

// checkEvaluate wants the share of rows whose largest probability is that of their
// class, on both parts.
func checkEvaluate(t *testing.T, units, rows, trainRows int) {
	t.Helper()
	train, test := blobs(rows, trainRows)
	m, _, err := recipe(units, 200).Fit(ctx, train, nil, 1)
	must(t, err)
	for _, d := range []*datasets.Dataset{train, test} {
		s, err := m.Evaluate(d)
		must(t, err)
		got, _ := s.Get(metrics.Accuracy{})
		if want := hitShare(predicted(t, m, d), d); math.Abs(got-want) > 1e-12 || got < 0.7 {
			t.Errorf("accuracy %v on %d rows, counted are %v", got, d.Rows(), want)
		}
	}
}

// hitShare counts, as a share, the rows whose largest column is their class.
func hitShare(y *mat.Dense, d *datasets.Dataset) float64 {
	hits := 0
	for i := range d.Rows() {
		row := y.RawRowView(i)
		if slices.Index(row, slices.Max(row)) == int(d.Y.At(i, 0)) {
			hits++
		}
	}
	return float64(hits) / float64(d.Rows())
}

// checkCurves wants a panel for the loss above one for accuracy, each with both
// parts of the data.
func checkCurves(t *testing.T) {
	t.Helper()
	train, test := blobs(1100, 100)
	r := recipe(25, 5)
	r.Plan.Validation = test
	_, h, err := r.Fit(ctx, train, nil, 1)
	must(t, err)
	if got := plots.Quantities(h); !slices.Equal(got, []string{"loss", "accuracy"}) {
		t.Errorf("panels are %q", got)
	}
	drawn(t, plots.LearningCurve{History: h}, "loss", "accuracy", "train", "validation")
}

// drawn draws the figure and wants the texts in it.
func drawn(t *testing.T, f plots.Figure, texts ...string) {
	t.Helper()
	svg, err := plots.SVG(f)
	must(t, err)
	for _, s := range texts {
		if !strings.Contains(svg, s) {
			t.Errorf("the figure does not say %q", s)
		}
	}
}

// accuracy is the accuracy of an ensemble, and of its members.
func accuracy(t *testing.T, e *ensembles.Ensemble, d *datasets.Dataset) (all float64, members []float64) {
	t.Helper()
	v, err := e.Evaluate(d, metrics.Accuracy{})
	must(t, err)
	for _, s := range v.Members {
		a, _ := s.Get(metrics.Accuracy{})
		members = append(members, a)
	}
	all, _ = v.Ensemble.Get(metrics.Accuracy{})
	return all, members
}

// checkSizes wants the first 1, 2, 3 … members scored by the sum of their
// probabilities, which is added up here, and each member alone.
func checkSizes(t *testing.T, e *ensembles.Ensemble, d *datasets.Dataset) {
	t.Helper()
	together, single := bySize(t, e, d)
	sum := mat.NewDense(d.Rows(), 3, nil)
	for k, m := range e.Members {
		y := predicted(t, m, d)
		if want := hitShare(y, d); math.Abs(single[k]-want) > 1e-12 {
			t.Errorf("member %d has the accuracy %v, counted are %v", k+1, single[k], want)
		}
		sum.Add(sum, y)
		if want := hitShare(sum, d); math.Abs(together[k]-want) > 1e-12 {
			t.Errorf("the first %d have the accuracy %v, counted are %v", k+1, together[k], want)
		}
	}
	if together[0] != single[0] {
		t.Errorf("the first member has the accuracy %v, as an ensemble of one %v", single[0], together[0])
	}
}

// bySize are the accuracies of the first members together, and of each alone.
func bySize(t *testing.T, e *ensembles.Ensemble, d *datasets.Dataset) (together, single []float64) {
	t.Helper()
	sizes, err := e.BySize(d, metrics.Accuracy{}, ensembles.Sizes{})
	must(t, err)
	for k, s := range sizes {
		if s.Members != k+1 {
			t.Fatalf("size %d comes %d-th", s.Members, k+1)
		}
		together = append(together, s.Mean)
	}
	_, single = accuracy(t, e, d)
	if len(together) != len(e.Members) || len(single) != len(e.Members) {
		t.Fatalf("%d sizes and %d scores of %d members", len(together), len(single), len(e.Members))
	}
	return together, single
}

// checkSummary wants mean and deviation of the members' scores: the book's NumPy
// divides by n, experiments.Summarize by n−1.
func checkSummary(t *testing.T, e *ensembles.Ensemble, d *datasets.Dataset) {
	t.Helper()
	_, single := accuracy(t, e, d)
	n, sum, squares := float64(len(single)), 0.0, 0.0
	for _, a := range single {
		sum += a
	}
	for _, a := range single {
		squares += (a - sum/n) * (a - sum/n)
	}
	s := experiments.Summarize(single)
	if math.Abs(s.Mean-sum/n) > 1e-12 || math.Abs(s.SD*math.Sqrt((n-1)/n)-math.Sqrt(squares/n)) > 1e-12 {
		t.Errorf("%v ± %v, NumPy's are %v ± %v", s.Mean, s.SD*math.Sqrt((n-1)/n), sum/n, math.Sqrt(squares/n))
	}
}

// checkSizesPlot wants a dot for each member and a line with markers.
func checkSizesPlot(t *testing.T, e *ensembles.Ensemble, d *datasets.Dataset) {
	t.Helper()
	together, single := bySize(t, e, d)
	drawn(t, plots.Lines{X: "members", Y: "test accuracy", Lines: []plots.Line{{Name: "single", Y: single, DotsOnly: true},
		{Name: "ensemble", Y: together, Markers: true}}}, "members", "test accuracy", "single", "ensemble")
}
