package ensembles_test

import (
	"context"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
)

// everyMethod has all methods, with few members.
var everyMethod = []ensembles.Method{
	ensembles.Average{Members: 3, Seed: 1},
	ensembles.Average{Members: 3, Seed: 1, Combiner: ensembles.Median{}},
	ensembles.Splits{Members: 3, Seed: 1, Fraction: 0.3},
	ensembles.KFold{Members: 3, Seed: 1},
	ensembles.Bagging{Members: 3, Seed: 1, Rows: 50, ValidateLeftOut: true},
	ensembles.WeightedAverage{Members: 3, Seed: 1},
	ensembles.WeightedAverage{Members: 3, Seed: 1, Search: ensembles.Simplex{Draws: 10, Seed: 2}},
	ensembles.WeightedAverage{Members: 2, Seed: 1, Search: ensembles.Grid{Steps: 4}},
	ensembles.WeightedAverage{Base: ensembles.KFold{Members: 2}, Seed: 1, Search: ensembles.DifferentialEvolution{MaxIter: 5}},
	ensembles.GreedySelection{Members: 4, Seed: 1, Greedy: ensembles.Greedy{Bags: 3}},
	ensembles.GreedySelection{Members: 2, Folds: 2, Seed: 1},
	ensembles.Stacking{Members: 2, Folds: 3, Seed: 1},
	ensembles.Stacking{Members: 2, Blend: true, Seed: 1, Learner: ensembles.LinearRegression{Alpha: 1, PassThrough: true}},
	ensembles.Stacking{Members: 2, Folds: 2, Seed: 1, Learner: ensembles.NetworkLearner{Epochs: 5, PassThrough: true}},
	ensembles.Integrated{Members: 2, Seed: 1, Head: ensembles.NetworkLearner{Epochs: 5, Optimizer: optim.SGD{Rate: 0.1}}},
	ensembles.Integrated{Members: 1, Seed: 1, Head: ensembles.NetworkLearner{Epochs: 5}},
	ensembles.Horizontal{Members: 3, Seed: 1},
	ensembles.Snapshot{Members: 2, Cycles: 3, Seed: 1},
	ensembles.WeightAverage{Members: 3, Decay: ensembles.LinearDecay, Seed: 1},
	ensembles.SWA{Seed: 1, Rate: 0.01, Cycle: 2, From: 0.5},
	ensembles.EMA{Seed: 1, Decay: 0.9},
}

// task is a kind of data with a recipe for it.
type task struct {
	name   string
	data   *datasets.Dataset
	recipe goodfit.Recipe
}

func tasks() []task {
	classes := recipe()
	classes.Plan.Epochs = 6
	classes.Layers = []nn.Layer{nn.Dense{Units: 6, Activation: act.ReLU}, nn.BatchNorm{}, nn.Dropout{Rate: 0.1}, nn.Dense{Units: 3, Activation: act.Softmax}}
	binary := regressor()
	binary.Plan.Epochs = 6
	binary.Layers = []nn.Layer{nn.Dense{Units: 6, Activation: act.Tanh}, nn.Dense{Units: 1, Activation: act.Sigmoid}}
	binary.Config.Loss = losses.BinaryCrossEntropy{}
	numbers := regressor()
	numbers.Plan.Epochs = 6
	three, _ := blobs(1).Split(120)
	return []task{
		{"three classes", three, classes},
		{"two classes", datasets.Moons{Samples: 120, Noise: 0.2, Seed: 1}.Make(), binary},
		{"numbers", line(1), numbers},
	}
}

// TestEveryMethod trains by each method for each task, on one thread and on all, and
// wants the same bits, also after JSON, after a file, and row by row.
func TestEveryMethod(t *testing.T) {
	for _, k := range tasks() {
		train, test := k.data.Split(90)
		for _, m := range everyMethod {
			if _, ok := m.(ensembles.Average); ok && m.(ensembles.Average).Combiner != nil && k.name == "three classes" {
				continue // medians are for numbers
			}
			t.Run(k.name+"/"+reflect.TypeOf(m).Name(), func(t *testing.T) {
				e := fit(t, m, k.recipe, train)
				want := predict(t, e, test.X)
				old := runtime.GOMAXPROCS(1)
				again := predict(t, fit(t, m, k.recipe, train), test.X)
				runtime.GOMAXPROCS(old)
				if !mat.Equal(again, want) {
					t.Error("on one thread the ensemble predicts something else")
				}
				sameAfterFile(t, e, test.X, want)
				sameAfterJSON(t, m)
				for i := range 3 {
					one := predict(t, e, test.X.Slice(i, i+1, 0, 2).(*mat.Dense))
					if !mat.Equal(one, want.Slice(i, i+1, 0, one.RawMatrix().Cols)) {
						t.Errorf("row %d alone is predicted as %v", i, mat.Formatted(one))
					}
				}
			})
		}
	}
}

func sameAfterFile(t *testing.T, e *ensembles.Ensemble, x, want *mat.Dense) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "e.goodfit")
	if err := e.Save(path); err != nil {
		t.Fatal(err)
	}
	back, err := ensembles.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if !mat.Equal(predict(t, back, x), want) {
		t.Error("the ensemble from the file predicts something else")
	}
	if _, err := goodfit.Load(path); err == nil || !strings.Contains(err.Error(), "ensembles.Load") {
		t.Errorf("loaded as a model: %v", err)
	}
}

func sameAfterJSON(t *testing.T, m ensembles.Method) {
	t.Helper()
	b, err := ensembles.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	back, err := ensembles.Unmarshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, m) {
		t.Errorf("%+v came back from %s as %+v", m, b, back)
	}
}

// TestMembersOfMethods checks what each member was trained on, and that members and
// combiner are as they are described.
func TestMembersOfMethods(t *testing.T) {
	k := tasks()[2]
	rows := k.data.Rows()
	for _, c := range []struct {
		method  ensembles.Method
		members int
		leftOut []int // of each member
	}{
		{ensembles.Average{}, 5, nil},
		{ensembles.Splits{Members: 2}, 2, []int{12, 12}},
		{ensembles.Splits{Members: 2, Fraction: 0.25}, 2, []int{30, 30}},
		{ensembles.KFold{Members: 4, InOrder: true}, 4, []int{30, 30, 30, 30}},
		{ensembles.Horizontal{Members: 2}, 2, nil},
		{ensembles.Integrated{Members: 3, Head: ensembles.NetworkLearner{Epochs: 1}}, 1, nil},
		{ensembles.SWA{}, 1, nil},
	} {
		e := fit(t, c.method, k.recipe, k.data)
		if len(e.Members) != c.members || len(e.LeftOut) != len(c.leftOut) {
			t.Errorf("%+v: %d members, %d have left out rows", c.method, len(e.Members), len(e.LeftOut))
			continue
		}
		for i, n := range c.leftOut {
			if len(e.LeftOut[i]) != n {
				t.Errorf("%+v: member %d has left out %d rows, want %d", c.method, i, len(e.LeftOut[i]), n)
			}
		}
	}
	e := fit(t, ensembles.KFold{Members: 5, Seed: 4}, k.recipe, k.data)
	seen := make([]int, rows)
	for _, list := range e.LeftOut {
		for _, r := range list {
			seen[r]++
		}
	}
	for r, n := range seen {
		if n != 1 {
			t.Fatalf("row %d is left out %d times", r, n)
		}
	}
	// A member is the recipe's model of the rows it has seen.
	all := map[int]bool{}
	for _, r := range e.LeftOut[2] {
		all[r] = true
	}
	var kept []int
	for r := range rows {
		if !all[r] {
			kept = append(kept, r)
		}
	}
	m, _, err := k.recipe.Fit(context.Background(), k.data.Take(kept), nil, e.Members[2].Config().Seed)
	if err != nil {
		t.Fatal(err)
	}
	if !mat.Equal(predict(t, m, k.data.X), predict(t, e.Members[2], k.data.X)) {
		t.Error("member 2 is not the recipe's model of the rows that it did not leave out")
	}
}

// TestHeldOutRows checks which rows weights are found on.
func TestHeldOutRows(t *testing.T) {
	k := tasks()[0]
	train, test := k.data.Split(90)
	given, fraction := k.recipe, k.recipe
	given.Plan.Validation = test
	fraction.Plan.ValidationFraction = 0.2
	rest, last := train.Split(72)
	explicit := k.recipe
	explicit.Plan.Validation = last
	m := ensembles.WeightedAverage{Members: 3, Seed: 5, Search: ensembles.Simplex{Draws: 5}}
	w := func(r goodfit.Recipe, d *datasets.Dataset) *mat.Dense { return predict(t, fit(t, m, r, d), test.X) }
	byFraction, byHand := w(fraction, train), w(explicit, rest)
	if !mat.Equal(byFraction, byHand) {
		t.Error("the last fifth by ValidationFraction and by hand make different ensembles")
	}
	if _, ok := fit(t, m, fraction, train).Histories[0].Get("val_loss"); !ok {
		t.Error("members do not validate on the last fifth")
	}
	if mat.Equal(byFraction, w(given, train)) || mat.Equal(w(k.recipe, train), w(given, train)) {
		t.Error("the validation data make no difference")
	}
	// With data that are given, the weights are those of a search on them.
	base := fit(t, ensembles.Average{Members: 3, Seed: 5}, given, train)
	want, err := base.Weigh(context.Background(), m.Search, nil, test)
	if err != nil {
		t.Fatal(err)
	}
	if !mat.Equal(predict(t, want, test.X), w(given, train)) {
		t.Error("the method's weights are not those of its search on the validation data")
	}
	// Tensors serve as well as a Dataset.
	given.Plan.Validation = test.Tensors()
	if !mat.Equal(predict(t, want, test.X), w(given, train)) {
		t.Error("the same rows as tensors make another ensemble")
	}
}

// TestOutOfFold compares the weights with those that a search finds on predictions
// put together by hand: each fold's by models that were trained without it.
func TestOutOfFold(t *testing.T) {
	k := tasks()[2]
	e := fit(t, ensembles.Stacking{Members: 2, Folds: 3, Seed: 6}, k.recipe, k.data)
	all := fit(t, ensembles.Average{Members: 2, Seed: 6}, k.recipe, k.data)
	for i, m := range all.Members {
		sameModel(t, "member on all rows", m, e.Members[i], k.data.X)
	}
	folds := fit(t, ensembles.KFold{Members: 3, Seed: 6}, k.recipe, k.data).LeftOut
	z := mat.NewDense(k.data.Rows(), 3, nil) // two members and 1 for the intercept
	for f, rows := range folds {
		var kept []int
		for r := range k.data.Rows() {
			if !slices.Contains(rows, r) {
				kept = append(kept, r)
			}
		}
		for i := range 2 {
			m, _, err := k.recipe.Fit(t.Context(), k.data.Take(kept), nil, random.Derive(6, uint64(i), uint64(f)))
			if err != nil {
				t.Fatal(err)
			}
			y := predict(t, m, k.data.Take(rows).X)
			for at, r := range rows {
				z.Set(r, i, y.At(at, 0))
				z.Set(r, 2, 1)
			}
		}
	}
	var want mat.Dense
	if err := want.Solve(z, k.data.Y); err != nil {
		t.Fatal(err)
	}
	got := e.Combiner.(ensembles.Linear)
	near(t, "coefficients", mat.NewDense(1, 3, append(slices.Clone(got.Coefficients[0]), got.Intercepts[0])),
		mat.Col(nil, 0, &want), 1e-6) // the targets became numbers of 32 bits
}

// TestMethodErrors wants one clear sentence for each fault, before training.
func TestMethodErrors(t *testing.T) {
	k := tasks()[0]
	few := k.recipe
	few.Plan.Epochs = 2
	noRows := &datasets.Dataset{}
	noTargets := &datasets.Dataset{X: k.data.X}
	for _, c := range []struct {
		want   string
		method ensembles.Method
		recipe goodfit.Recipe
		data   *datasets.Dataset
	}{
		{"Average.Members is -1, want at least 1", ensembles.Average{Members: -1}, k.recipe, k.data},
		{"2 weights for 3 members", ensembles.Average{Members: 3, Combiner: ensembles.Weighted{Weights: []float64{1, 2}}}, k.recipe, k.data},
		{"Bagging.Members is -3", ensembles.Bagging{Members: -3}, k.recipe, k.data},
		{"Bagging.Rows is -1", ensembles.Bagging{Rows: -1}, k.recipe, k.data},
		{"Splits.Members is -1", ensembles.Splits{Members: -1}, k.recipe, k.data},
		{"fraction 2", ensembles.Splits{Fraction: 2}, k.recipe, k.data},
		{"KFold.Members is 1, want at least 2", ensembles.KFold{Members: 1}, k.recipe, k.data},
		{"300 folds of 120 rows", ensembles.KFold{Members: 300}, k.recipe, k.data},
		{"a share of 2 of the rows", ensembles.WeightedAverage{Share: 2}, k.recipe, k.data},
		{"both a Base and Members", ensembles.WeightedAverage{Members: 2, Base: ensembles.Average{}}, k.recipe, k.data},
		{"WeightedAverage.Folds is 1", ensembles.WeightedAverage{Folds: 1}, k.recipe, k.data},
		{"not for a Share", ensembles.WeightedAverage{Folds: 2, Share: 0.1}, k.recipe, k.data},
		{"Grid.Steps is -1", ensembles.WeightedAverage{Members: 2, Search: ensembles.Grid{Steps: -1}}, few, k.data},
		{"more than 50000000 vectors", ensembles.WeightedAverage{Members: 10, Search: ensembles.Grid{}}, few, k.data},
		{"Simplex.Draws is -1", ensembles.WeightedAverage{Members: 2, Search: ensembles.Simplex{Draws: -1}}, few, k.data},
		{"Simplex.Smallest is 2", ensembles.WeightedAverage{Members: 2, Search: ensembles.Simplex{Smallest: 2}}, few, k.data},
		{"CR 2", ensembles.WeightedAverage{Members: 2, Search: ensembles.DifferentialEvolution{CR: 2}}, few, k.data},
		{"leave out the metric accuracy", ensembles.WeightedAverage{Members: 2, Search: ensembles.LeastSquares{}, Metric: metrics.Accuracy{}}, few, k.data},
		{"Greedy.Rounds is -1", ensembles.GreedySelection{Members: 2, Greedy: ensembles.Greedy{Rounds: -1}}, few, k.data},
		{"Greedy.Bags is 0 and Share 2", ensembles.GreedySelection{Members: 2, Greedy: ensembles.Greedy{Share: 2}}, few, k.data},
		{"Stacking.Folds is 1", ensembles.Stacking{Folds: 1}, k.recipe, k.data},
		{"both Folds and Blend", ensembles.Stacking{Folds: 2, Blend: true}, k.recipe, k.data},
		{"Share is for Blend", ensembles.Stacking{Share: 0.5}, k.recipe, k.data},
		{"C is -1", ensembles.Stacking{Members: 1, Folds: 2, Learner: ensembles.LogisticRegression{C: -1}}, few, k.data},
		{"Alpha is -1", ensembles.Stacking{Members: 1, Folds: 2, Learner: ensembles.LinearRegression{Alpha: -1}}, few, k.data},
		{"Epochs is -1", ensembles.Stacking{Members: 1, Folds: 2, Learner: ensembles.NetworkLearner{Epochs: -1}}, few, k.data},
		{"leave out PassThrough", ensembles.Integrated{Members: 1, Head: ensembles.NetworkLearner{PassThrough: true}}, few, k.data},
		{"Horizontal wants 3 of the last epochs", ensembles.Horizontal{Members: 3}, few, k.data},
		{"Horizontal.Every is -1", ensembles.Horizontal{Every: -1}, k.recipe, k.data},
		{"Snapshot.Cycles is 2, want at least 5", ensembles.Snapshot{Cycles: 2}, k.recipe, k.data},
		{"2 epochs are too few for 5 cycles", ensembles.Snapshot{}, few, k.data},
		{"Snapshot.Floor is 2", ensembles.Snapshot{Floor: 2}, k.recipe, k.data},
		{"Snapshot.Rate is -1", ensembles.Snapshot{Rate: -1}, k.recipe, k.data},
		{"Snapshot.Longer is 0.5", ensembles.Snapshot{Longer: 0.5}, k.recipe, k.data},
		{`Decay is "up"`, ensembles.WeightAverage{Members: 2, Decay: "up"}, k.recipe, k.data},
		{"Alpha is 3", ensembles.WeightAverage{Members: 2, Alpha: 3}, k.recipe, k.data},
		{"SWA.From is 1", ensembles.SWA{From: 1}, k.recipe, k.data},
		{"Low at most Rate", ensembles.SWA{Low: 1}, k.recipe, k.data},
		{"end before the first cycle of 9", ensembles.SWA{Cycle: 9}, k.recipe, k.data},
		{"Anneal is for a constant Rate", ensembles.SWA{Anneal: 2}, k.recipe, k.data},
		{"EMA.Decay is 1", ensembles.EMA{Decay: 1}, k.recipe, k.data},
		{"EMA.Every is -1", ensembles.EMA{Every: -1}, k.recipe, k.data},
	} {
		e, err := c.method.Fit(context.Background(), c.recipe, c.data)
		checkError(t, c.method, err, c.want)
		if few.Plan.Epochs != c.recipe.Plan.Epochs && e != nil {
			t.Errorf("%+v: members were trained before the fault was found", c.method)
		}
	}
	for _, m := range everyMethod {
		_, err := m.Fit(context.Background(), k.recipe, noRows)
		checkError(t, m, err, "no training rows")
		_, err = m.Fit(context.Background(), k.recipe, nil)
		checkError(t, m, err, "no training rows")
		_, err = m.Fit(context.Background(), k.recipe, noTargets)
		checkError(t, m, err, "the training rows have no targets")
	}
}

func checkError(t *testing.T, of any, err error, want string) {
	t.Helper()
	switch {
	case err == nil:
		t.Errorf("%T%+v: no error, want one of %q", of, of, want)
	case !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n"):
		t.Errorf("%T: %q, want one sentence with %q", of, err, want)
	case strings.Count(err.Error(), "ensembles:") > 1:
		t.Errorf("%T: %q names the package twice", of, err)
	}
}

// TestCancellation wants the finished members, with the error.
func TestCancellation(t *testing.T) {
	k := tasks()[2]
	k.recipe.Plan.Epochs = 20
	for _, m := range []ensembles.Method{ensembles.Average{Members: 6}, ensembles.Stacking{Members: 4, Folds: 2}, ensembles.WeightedAverage{Members: 6}} {
		ctx, cancel := context.WithCancel(context.Background())
		ends := make(chan bool, 100)
		r := k.recipe
		r.Plan.Callbacks = []goodfit.Callback{callbacks.Hooks{OnFitEnd: func(*goodfit.Run) error {
			if ends <- true; len(ends) == 3 {
				cancel()
			}
			return nil
		}}}
		e, err := m.Fit(ctx, r, k.data)
		if err == nil || e == nil {
			t.Fatalf("%T: ensemble %v, error %v", m, e, err)
		}
		if n := len(e.Members); n < 2 || n > 4 || len(e.Histories) != n {
			t.Errorf("%T: %d members and %d histories, after three were finished", m, n, len(e.Histories))
		}
		predict(t, e, k.data.X)
		cancel()
	}
	ctx, cancel := context.WithCancel(context.Background())
	r := k.recipe
	r.Plan.Callbacks = []goodfit.Callback{callbacks.Hooks{OnEpochEnd: func(run *goodfit.Run) error {
		if run.Epoch == 17 {
			cancel()
		}
		return nil
	}}}
	e, err := ensembles.Horizontal{Members: 5, Every: 2}.Fit(ctx, r, k.data)
	if err == nil || e == nil || len(e.Members) != 5 {
		t.Errorf("a horizontal ensemble of epochs 10, 12 to 18: %+v, %v", e, err)
	}
}

// TestRegistration names a method of one's own.
func TestRegistration(t *testing.T) {
	ensembles.Register("ensembles_test.own", own{})
	sameAfterJSON(t, own{Average: ensembles.Average{Members: 2}})
	if _, err := ensembles.Unmarshal([]byte(`{"type":"Boosting"}`)); err == nil || !strings.Contains(err.Error(), `unknown ensemble method "Boosting"`) {
		t.Errorf("an unknown method: %v", err)
	}
}

type own struct{ Average ensembles.Average }

func (o own) Fit(ctx context.Context, r goodfit.Recipe, d *datasets.Dataset) (*ensembles.Ensemble, error) {
	return o.Average.Fit(ctx, r, d)
}
