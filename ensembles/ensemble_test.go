package ensembles_test

import (
	"math"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// TestPredictManyRows predicts more rows than are held at once, on one thread and on
// all, and compares with the members one by one.
func TestPredictManyRows(t *testing.T) {
	e, _ := members(t, 3, 10)
	x := datasets.Blobs{Samples: 16*1024 + 1500, Centers: 3, Std: 2, Seed: 5}.Make().X
	got := predict(t, e, x)
	want := mat.NewDense(got.RawMatrix().Rows, 3, nil)
	for _, m := range e.Members {
		want.Add(want, predict(t, m, x))
	}
	near(t, "mean", got, mat.DenseCopyOf(scaled(want, 1.0/3)).RawMatrix().Data, 1e-15) // sums of three numbers
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if !mat.Equal(predict(t, e, x), got) {
		t.Error("on one thread the ensemble predicts something else")
	}
	wide := mat.NewDense(20, 4, nil) // rows with other columns beside them
	wide.Slice(0, 20, 1, 3).(*mat.Dense).Copy(x)
	if !mat.Equal(predict(t, e, wide.Slice(0, 20, 1, 3).(*mat.Dense)), got.Slice(0, 20, 0, 3)) {
		t.Error("a view of the rows is predicted as something else")
	}
}

func scaled(m *mat.Dense, f float64) *mat.Dense {
	m.Scale(f, m)
	return m
}

// TestEvaluate compares with what the members say of themselves.
func TestEvaluate(t *testing.T) {
	e, test := members(t, 3, 200)
	for _, weights := range [][]float64{nil, rising(200)} {
		test.Weights = weights
		v, err := e.Evaluate(test)
		if err != nil {
			t.Fatal(err)
		}
		for i, m := range e.Members {
			want, err := m.Evaluate(test)
			if err != nil {
				t.Fatal(err)
			}
			// The model computes its loss from the sums before the softmax.
			if math.Abs(v.Members[i].Loss-want.Loss) > 1e-5 || v.Members[i].Metrics[0] != want.Metrics[0] {
				t.Errorf("member %d: %v, by itself %v", i, v.Members[i], want)
			}
		}
		one, err := ensembles.New(nil, e.Members[1]).Evaluate(test)
		if err != nil {
			t.Fatal(err)
		}
		if one.Ensemble.Loss != v.Members[1].Loss {
			t.Errorf("an ensemble of one member scores %v, the member %v", one.Ensemble, v.Members[1])
		}
	}
	_, err := e.Evaluate(test, nil)
	checkError(t, "Evaluate", err, "a metric is nil")
	_, err = e.Evaluate(&datasets.Dataset{X: test.X})
	checkError(t, "Evaluate", err, "no targets")
	_, err = e.Evaluate(nil)
	checkError(t, "Evaluate", err, "no rows")
}

func rising(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = float64(i%5) / 2
	}
	return w
}

// TestOutOfBag predicts every row by hand, by the members that have not seen it.
func TestOutOfBag(t *testing.T) {
	k := tasks()[2]
	e := fit(t, ensembles.Bagging{Members: 4, Seed: 3}, k.recipe, k.data)
	o, err := e.OutOfBag(k.data)
	if err != nil {
		t.Fatal(err)
	}
	var square, n float64
	at := 0
	for r := range k.data.Rows() {
		sum, count := 0.0, 0.0
		for i, m := range e.Members {
			for _, left := range e.LeftOut[i] {
				if left == r {
					sum += predict(t, m, k.data.X.Slice(r, r+1, 0, 2).(*mat.Dense)).At(0, 0)
					count++
				}
			}
		}
		if count == 0 {
			continue
		}
		if o.Rows[at] != r || math.Abs(o.Predictions.At(at, 0)-sum/count) > 1e-12 {
			t.Fatalf("row %d: predicted as %g at row %d, want %g", r, o.Predictions.At(at, 0), o.Rows[at], sum/count)
		}
		square += math.Pow(sum/count-k.data.Y.At(r, 0), 2)
		n++
		at++
	}
	if at != len(o.Rows) || math.Abs(o.Scores.Loss-square/n) > 1e-6 { // numbers of 32 bits
		t.Errorf("%d rows with the loss %g, want %d and %g", len(o.Rows), o.Scores.Loss, at, square/n)
	}
	if len(o.Members) != 4 || len(o.Scores.Metrics) != 1 || o.Scores.Metrics[0].Name != "mae" {
		t.Errorf("scores %v, of members %v", o.Scores, o.Members)
	}

	_, err = fit(t, ensembles.Average{Members: 2}, k.recipe, k.data).OutOfBag(k.data)
	checkError(t, "Average", err, "not known which rows")
	few, _ := k.data.Split(20)
	_, err = e.OutOfBag(few)
	checkError(t, "other rows", err, "give the rows it was trained with")
	e.LeftOut = [][]int{{}, {}, {}, {}}
	_, err = e.OutOfBag(k.data)
	checkError(t, "all rows", err, "has seen every row")
}

// TestOutOfBagIsHonest compares the estimate with rows that were never seen, over
// seeds: it is nearer to them than the score on the training rows is.
func TestOutOfBagIsHonest(t *testing.T) {
	r := recipe()
	r.Layers[0] = nn.Dense{Units: 60, Activation: act.ReLU}
	r.Plan.Epochs = 60
	var estimate, trainLoss, testLoss float64
	for seed := range uint64(5) {
		train, test := datasets.Blobs{Samples: 560, Centers: 3, Std: 4, Seed: seed}.Make().Split(60)
		e := fit(t, ensembles.Bagging{Members: 8, Seed: seed}, r, train)
		o, err := e.OutOfBag(train, metrics.Accuracy{})
		if err != nil {
			t.Fatal(err)
		}
		onTrain, err := e.Evaluate(train, metrics.Accuracy{})
		if err != nil {
			t.Fatal(err)
		}
		onTest, err := e.Evaluate(test, metrics.Accuracy{})
		if err != nil {
			t.Fatal(err)
		}
		estimate += o.Scores.Loss / 5
		trainLoss += onTrain.Ensemble.Loss / 5
		testLoss += onTest.Ensemble.Loss / 5
	}
	if math.Abs(estimate-testLoss) > 0.7*math.Abs(trainLoss-testLoss) {
		t.Errorf("out of bag %.3f, on training rows %.3f, on others %.3f", estimate, trainLoss, testLoss)
	}
}

// TestBySize scores subsets by hand.
func TestBySize(t *testing.T) {
	e, test := members(t, 4, 100)
	sizes, err := e.BySize(test, metrics.Accuracy{}, ensembles.Sizes{})
	if err != nil {
		t.Fatal(err)
	}
	for k, s := range sizes {
		first, err := ensembles.New(nil, e.Members[:k+1]...).Evaluate(test)
		if err != nil {
			t.Fatal(err)
		}
		if want := first.Ensemble.Metrics[0].Value; s.Members != k+1 || len(s.Values) != 1 || s.Mean != want || !math.IsNaN(s.Std) {
			t.Errorf("size %d: %+v, want %g", k+1, s, want)
		}
	}
	sizes, err = e.BySize(test, metrics.LogLoss{}, ensembles.Sizes{Draws: 5, Max: 3, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []int{4, 5, 4} { // of 4, 6 and 4 subsets
		s := sizes[k]
		if len(s.Subsets) != want || len(s.Values) != want || !(s.Min <= s.Mean && s.Mean <= s.Max) {
			t.Errorf("size %d: %+v, want %d subsets", k+1, s, want)
		}
		for i, set := range s.Subsets {
			part, err := e.Take(set...)
			if err != nil {
				t.Fatal(err)
			}
			v, err := part.Evaluate(test, metrics.LogLoss{})
			if err != nil {
				t.Fatal(err)
			}
			if s.Values[i] != v.Ensemble.Metrics[0].Value {
				t.Errorf("members %v: %g, by themselves %g", set, s.Values[i], v.Ensemble.Metrics[0].Value)
			}
		}
	}
	for want, s := range map[string]ensembles.Sizes{"Draws is -1": {Draws: -1}, "Max 9": {Max: 9}} {
		_, err := e.BySize(test, metrics.Accuracy{}, s)
		checkError(t, s, err, want)
	}
	_, err = e.BySize(test, nil, ensembles.Sizes{})
	checkError(t, "metric", err, "no metric")
}

// TestIntervals wants calibrated intervals to hold the share of new targets that they
// say, over seeds, and not much more.
func TestIntervals(t *testing.T) {
	r := regressor()
	r.Plan.Epochs = 20
	covered, n := 0.0, 0.0
	for seed := range uint64(6) {
		d := datasets.Regression{Samples: 600, Features: 2, Informative: 2, Noise: 20, Seed: seed}.Make()
		d.Y.Scale(0.01, d.Y)
		train, rest := d.Split(100)
		held, test := rest.Split(200)
		e := fit(t, ensembles.Average{Members: 5, Seed: seed}, r, train)
		c, err := e.Calibrate(held, 0.8)
		if err != nil {
			t.Fatal(err)
		}
		v, err := c.Interval(e, test.X)
		if err != nil {
			t.Fatal(err)
		}
		covered += v.Coverage(test.Y)
		n++
	}
	// Each calibration's coverage has a standard deviation of √(0.8·0.2/200) = 0.03,
	// and as much again comes from 300 test rows: 0.015 for six.
	if share := covered / n; share < 0.75 || share > 0.86 {
		t.Errorf("intervals of level 0.8 hold %.3f of the targets", share)
	}

	e, test := members(t, 1, 10)
	_, err := e.Interval(test.X, 0.9)
	checkError(t, "one member", err, "1 members have no spread")
	_, err = e.Interval(test.X, 1)
	checkError(t, "level", err, "level of an interval is 1")
	e, test = members(t, 2, 10)
	_, err = e.Calibrate(test, 0.9)
	checkError(t, "classes", err, "1 targets for 3 outputs")
	few, _ := line(1).Split(5)
	_, err = fit(t, ensembles.Average{Members: 2}, r, line(1)).Calibrate(few, 0.95)
	checkError(t, "few rows", err, "want at least 19")
}

// TestAmbiguity checks the decomposition of Krogh and Vedelsby for classes.
func TestAmbiguity(t *testing.T) {
	e, test := members(t, 4, 100)
	d, err := e.Diversity(test)
	if err != nil {
		t.Fatal(err)
	}
	target, err := test.OneHotTargets()
	if err != nil {
		t.Fatal(err)
	}
	var diff mat.Dense
	diff.Sub(predict(t, e, test.X), target.Y)
	diff.MulElem(&diff, &diff)
	if want := mat.Sum(&diff) / 300; math.Abs(d.MeanSquaredError-d.Ambiguity-want) > 1e-12 {
		t.Errorf("%g − %g, want the mean's squared error %g", d.MeanSquaredError, d.Ambiguity, want)
	}
	if v := ensembles.MeanOf(mat.NewDense(3, 3, []float64{1, 0.5, math.NaN(), 0.5, 1, 0.1, math.NaN(), 0.1, 1})); v != 0.3 {
		t.Errorf("mean of the pairs is %g, want 0.3", v)
	}
	if !math.IsNaN(ensembles.MeanOf(nil)) {
		t.Error("there is a mean of nothing")
	}
}

// TestIntegratedGraph compares the graph with its parts, to the bit.
func TestIntegratedGraph(t *testing.T) {
	e, test := members(t, 3, 60)
	before := predict(t, e.Members[1], test.X)
	m, history, err := e.Integrate(t.Context(), ensembles.NetworkLearner{Epochs: 4, Seed: 2}, test)
	if err != nil {
		t.Fatal(err)
	}
	stacked, err := e.Stack(t.Context(), ensembles.NetworkLearner{Epochs: 4, Seed: 2}, test)
	if err != nil {
		t.Fatal(err)
	}
	if !mat.Equal(predict(t, m, test.X), predict(t, stacked, test.X)) {
		t.Error("the graph predicts something else than its head of its members' outputs")
	}
	other, _, err := e.Integrate(t.Context(), ensembles.NetworkLearner{Epochs: 4, Seed: 3}, test)
	if err != nil {
		t.Fatal(err)
	}
	if mat.Equal(predict(t, m, test.X), predict(t, other, test.X)) {
		t.Error("another seed makes the same head")
	}
	if history.Epochs() != 4 || !mat.Equal(predict(t, e.Members[1], test.X), before) {
		t.Error("the head was not trained, or a member was changed")
	}
	frozen := 0
	for _, l := range m.Layers() {
		if l.Frozen {
			frozen++
		}
	}
	if frozen != 6 {
		t.Errorf("%d layers are frozen, want the two of each member", frozen)
	}
	// The graph is a model as any other: the head trains on, and the members stay.
	if _, err := m.Fit(t.Context(), test, goodfit.Plan{Epochs: 1}); err != nil {
		t.Fatal(err)
	}
	part, err := m.Part("member_2/dense_2")
	if err != nil {
		t.Fatal(err)
	}
	if !mat.Equal(predict(t, part, test.X), before) {
		t.Error("a frozen member has changed in training")
	}
}

func TestEnsembleFaults(t *testing.T) {
	e, test := members(t, 2, 10)
	other := fixed(t, 1, 1, losses.MSE{}, act.Linear)
	sequence := goodfit.Sequential(tensor.Shape{2}, nn.Dense{Units: 6}, nn.Reshape{Shape: tensor.Shape{2, 3}})
	if err := sequence.Compile(goodfit.Config{Loss: losses.MSE{}}); err != nil {
		t.Fatal(err)
	}
	raw := goodfit.Sequential(tensor.Shape{2}, nn.Dense{Units: 1})
	for _, c := range []struct {
		want string
		e    *ensembles.Ensemble
	}{
		{"no members", ensembles.New(nil)},
		{"member 1 is nil", ensembles.New(nil, e.Members[0], nil)},
		{"member 1 makes 1 numbers of 1, member 0 makes 3 of 2", ensembles.New(nil, e.Members[0], other)},
		{"compile it", ensembles.New(nil, raw)},
		{"2 weights for 1 members", ensembles.New(ensembles.Weighted{Weights: []float64{1, 2}}, other)},
		{"votes are for outputs of one axis", ensembles.New(ensembles.Vote{}, sequence)},
	} {
		_, err := c.e.Predict(test.X)
		checkError(t, c.want, err, c.want)
		checkError(t, c.want, c.e.Save(filepath.Join(t.TempDir(), "e")), c.want)
	}
	_, err := e.Predict(nil)
	checkError(t, "nil", err, "no rows")
	_, err = e.Predict(mat.NewDense(2, 5, nil))
	checkError(t, "columns", err, "member 0: goodfit: predict: rows have 5 columns")
	_, err = e.Take(5)
	checkError(t, "Take", err, "member 5 of 2")
	_, err = e.Take()
	checkError(t, "Take", err, "no members")
	_, err = ensembles.New(nil, sequence).Predictions(&datasets.Dataset{X: test.X, Y: mat.NewDense(10, 6, nil)})
	checkError(t, "sequence", err, "only outputs of one axis are scored")
	stack, err := e.Stack(t.Context(), ensembles.LogisticRegression{}, test)
	if err != nil {
		t.Fatal(err)
	}
	_, err = stack.Take(0)
	checkError(t, "Take", err, "combines all its members only")
	_, err = stack.BySize(test, metrics.Accuracy{}, ensembles.Sizes{})
	checkError(t, "BySize", err, "combines all its members only")
}

// TestTrim leaves out members without weight.
func TestTrim(t *testing.T) {
	e, test := members(t, 3, 20)
	w := with(e, ensembles.Weighted{Weights: []float64{0.3, 0, 0.7}})
	short := w.Trim()
	if len(short.Members) != 2 || len(short.Histories) != 2 || !mat.Equal(predict(t, short, test.X), predict(t, w, test.X)) {
		t.Errorf("trimmed to %d members with %d histories", len(short.Members), len(short.Histories))
	}
	if e.Trim() != e {
		t.Error("a mean was trimmed")
	}
}

// TestHostileFiles alters a file and wants an error, never a panic.
func TestHostileFiles(t *testing.T) {
	e, _ := members(t, 2, 10)
	path := filepath.Join(t.TempDir(), "e")
	if err := e.Save(path); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	again := filepath.Join(t.TempDir(), "again")
	if err := e.Save(again); err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(again); string(b) != string(whole) {
		t.Error("the same ensemble makes other bytes")
	}
	for cut := 0; cut < len(whole); cut += 97 {
		broken := append([]byte(nil), whole...)
		broken[cut] ^= 0x41
		for _, b := range [][]byte{whole[:cut], broken} {
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			if len(b) < len(whole) {
				if _, err := ensembles.Load(path); err == nil {
					t.Fatalf("a file of %d bytes was loaded", len(b))
				}
			} else if back, err := ensembles.Load(path); err == nil {
				if err := back.Check(); err != nil {
					t.Errorf("byte %d: a faulty ensemble was loaded: %v", cut, err)
				}
			}
		}
	}
}
