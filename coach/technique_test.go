package coach_test

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/coach"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// situation is one with the given findings, of a classification into two classes of
// 150 and 50 rows, or of a regression.
func situation(t testing.TB, task datasets.Task, change func(*pipeline.Recipe), codes ...string) *coach.Situation {
	t.Helper()
	r, err := pipeline.Options{}.TableRecipe(task, classesOf(task), 200)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&r)
	}
	s := &coach.Situation{Recipe: r, Single: r, Metric: "rmse", Data: coach.Facts{Rows: 200, Columns: 4, Task: task, Spread: 1, Range: 1, TargetSize: 1}}
	if task == datasets.TaskClassification {
		s.Metric, s.Data.ClassRows = "log_loss", []int{150, 50}
	}
	for _, c := range codes {
		s.Diagnosis.Findings = append(s.Diagnosis.Findings, curves.Finding{Code: c})
	}
	s.FindRate = func() (float64, float64, bool) { return 0.01, 0.1, true }
	h := curves.New(4, curves.Series{Name: "loss", Direction: curves.Minimize}, curves.Series{Name: "val_loss", Direction: curves.Minimize})
	for e := range 40 {
		if err := h.Append(1/float64(e+1), math.Abs(float64(e-20))+1); err != nil {
			t.Fatal(err)
		}
	}
	s.Histories = []*curves.History{h}
	return s
}

const (
	classes = datasets.TaskClassification
	numbers = datasets.TaskRegression
)

func technique(t testing.TB, name string) coach.Technique {
	t.Helper()
	for _, technique := range coach.Techniques() {
		if technique.Name == name {
			return technique
		}
	}
	t.Fatalf("no technique %q", name)
	return coach.Technique{}
}

// dense returns the Dense layers of a recipe.
func dense(r pipeline.Recipe) (all []nn.Dense) {
	for _, l := range r.Train.Layers {
		if n, ok := l.(nn.Named); ok {
			l = n.Layer
		}
		if d, ok := l.(nn.Dense); ok {
			all = append(all, d)
		}
	}
	return all
}

func unitsOf(r pipeline.Recipe) (all []int) {
	for _, d := range dense(r) {
		all = append(all, d.Units)
	}
	return all
}

func layersOf[T nn.Layer](r pipeline.Recipe) (all []T) {
	for _, l := range r.Train.Layers {
		if x, ok := l.(T); ok {
			all = append(all, x)
		}
	}
	return all
}

func unscaledAll(r *pipeline.Recipe) {
	asIs := datasets.Standardize{NoCenter: true, NoScale: true}
	r.Prepare.Scaling, r.Prepare.TargetScaling = asIs, asIs
}

func withoutStopping(r *pipeline.Recipe) { r.Train.Plan.Callbacks, r.Train.Plan.Epochs = nil, 40 }

func tanhNet(r *pipeline.Recipe) {
	out := r.Train.Layers[len(r.Train.Layers)-1]
	r.Train.Layers = []nn.Layer{nn.Dense{Units: 2, Activation: act.Tanh}, out}
}

// skewed is a regression whose target has the skewness.
func skewed(skewness float64, change func(*pipeline.Recipe)) func(testing.TB) *coach.Situation {
	return func(t testing.TB) *coach.Situation {
		s := situation(t, numbers, change)
		s.Data.TargetSkew = skewness
		return s
	}
}

// rules are what each technique makes of a situation: what show returns of each of
// the changes, in order; none where it does not apply.
var rules = []struct {
	technique string
	when      string
	in        func(t testing.TB) *coach.Situation
	show      func(pipeline.Recipe) string
	want      []string
}{
	{"capacity", "a tiny net that did not learn", func(t testing.TB) *coach.Situation { return situation(t, classes, tanhNet, curves.UnderfitFlat) },
		show(unitsOf), []string{"[64 1]", "[64 32 1]", "[8 1]"}},
	{"capacity", "the default net", func(t testing.TB) *coach.Situation { return situation(t, classes, nil) },
		show(unitsOf), []string{"[128 64 1]", "[64 32 32 1]", "[256 128 1]"}},
	{"capacity", "a linear model", func(t testing.TB) *coach.Situation {
		return situation(t, classes, func(r *pipeline.Recipe) { r.Train.Layers = r.Train.Layers[2:] })
	}, show(unitsOf), []string{"[16 1]", "[64 32 1]"}},
	{"less-capacity", "overfitting", func(t testing.TB) *coach.Situation { return situation(t, classes, nil, curves.Overfit) },
		show(unitsOf), []string{"[16 8 1]", "[64 1]", "[16 1]", "[1]"}},
	{"rate", "divergence", func(t testing.TB) *coach.Situation { return situation(t, classes, nil, curves.Diverged) },
		func(r pipeline.Recipe) string { return fmt.Sprint(r.Train.Config.Optimizer.Settings().Rate) }, []string{"0.01", "0.033", "0.00067", "0.006", "0.0002", "2e-05"}},
	{"longer", "training that patience ended", func(t testing.TB) *coach.Situation { return situation(t, classes, nil) }, show(unitsOf), nil},
	{"longer", "training cut off", func(t testing.TB) *coach.Situation {
		s := situation(t, classes, func(r *pipeline.Recipe) { r.Train.Plan.Epochs = 40 }, curves.UnderfitUnfinished)
		v, _ := s.Histories[0].Get("val_loss")
		v[39] = 0
		return s
	}, func(r pipeline.Recipe) string { return fmt.Sprint(r.Train.Plan.Epochs) }, []string{"120", "400"}},
	{"schedule", "late swings", func(t testing.TB) *coach.Situation { return situation(t, classes, nil, curves.HighVariance) },
		func(r pipeline.Recipe) string {
			return fmt.Sprintf("%d callbacks, %v", len(r.Train.Plan.Callbacks), r.Train.Config.Optimizer.Settings().Schedule)
		},
		[]string{"2 callbacks, <nil>", "1 callbacks, {0.01 0 false}"}},
	{"optimizer", "SGD", func(t testing.TB) *coach.Situation {
		return situation(t, classes, func(r *pipeline.Recipe) { r.Train.Config.Optimizer = optim.SGD{} })
	}, func(r pipeline.Recipe) string { return fmt.Sprintf("%T", r.Train.Config.Optimizer) }, []string{"optim.Adam", "optim.Adam"}},
	{"batch-size", "unfinished learning", func(t testing.TB) *coach.Situation {
		return situation(t, classes, func(r *pipeline.Recipe) { r.Train.Plan.BatchSize = 32 }, curves.UnderfitUnfinished)
	}, func(r pipeline.Recipe) string { return fmt.Sprint(r.Train.Plan.BatchSize) }, []string{"8"}},
	{"loss", "a plain target", func(t testing.TB) *coach.Situation { return situation(t, numbers, nil) }, lossName, nil},
	{"loss", "targets far out", func(t testing.TB) *coach.Situation {
		s := situation(t, numbers, nil)
		s.Data.TargetOutliers = 0.02
		return s
	}, lossName, []string{"huber", "mae"}},
	{"loss", "a skewed target above 0", func(t testing.TB) *coach.Situation {
		s := situation(t, numbers, nil)
		s.Data.TargetSkew, s.Data.TargetPositive = 3, true
		return s
	}, func(r pipeline.Recipe) string {
		return lossName(r) + fmt.Sprint(" ", dense(r)[2].Activation, r.Prepare.TargetScaling == datasets.Robust{NoCenter: true})
	}, []string{"msle softplus true", "huber linear false", "mae linear false"}},
	{"loss", "classes", func(t testing.TB) *coach.Situation { return situation(t, classes, nil) }, lossName, nil},
	{"class-weights", "a rare class", func(t testing.TB) *coach.Situation {
		s := situation(t, classes, nil)
		s.Data.ClassRows = []int{180, 20}
		return s
	}, func(r pipeline.Recipe) string { return fmt.Sprintf("%.2f", r.Train.Plan.ClassWeights) }, []string{"[0.83 2.50]", "[0.56 5.00]"}},
	{"class-weights", "classes of like size", func(t testing.TB) *coach.Situation { return situation(t, classes, nil) }, show(unitsOf), nil},
	{"scaling", "nothing scaled", func(t testing.TB) *coach.Situation { return situation(t, numbers, unscaledAll) }, scalings,
		[]string{"<nil> <nil>", "<nil> datasets.Standardize", "datasets.MinMax datasets.Standardize"}},
	{"scaling", "feature values far out", func(t testing.TB) *coach.Situation {
		s := situation(t, classes, nil)
		s.Data.FeatureOutliers = 0.05
		return s
	}, scalings, []string{"datasets.Robust <nil>", "datasets.MinMax <nil>"}},
	{"target-scaling", "an unscaled target", func(t testing.TB) *coach.Situation { return situation(t, numbers, unscaledAll) }, scalings,
		[]string{"datasets.Standardize <nil>"}},
	{"target-scaling", "a scaled target", func(t testing.TB) *coach.Situation { return situation(t, numbers, nil) }, scalings, nil},
	{"target-scaling", "a strongly skewed target", skewed(-2.5, nil), scalings, []string{"<nil> datasets.YeoJohnson"}},
	{"target-scaling", "a strongly skewed target as it comes", skewed(4, unscaledAll), scalings,
		[]string{"datasets.Standardize datasets.YeoJohnson", "datasets.Standardize <nil>"}},
	{"target-scaling", "a target that is not strongly skewed", skewed(1.9, nil), scalings, nil},
	{"target-scaling", "a skewed target that is transformed already", skewed(4, func(r *pipeline.Recipe) { r.Prepare.TargetScaling = datasets.YeoJohnson{} }), scalings, nil},
	{"target-scaling", "a skewed target of a net whose output is above 0", skewed(4, func(r *pipeline.Recipe) {
		r.Train.Layers[len(r.Train.Layers)-1] = nn.Dense{Units: 1, Activation: act.Softplus}
	}), scalings, nil},
	{"relu", "tanh", func(t testing.TB) *coach.Situation { return situation(t, classes, tanhNet, curves.VanishingGradients) }, starts,
		[]string{"relu he_normal true"}},
	{"relu", "dead units", func(t testing.TB) *coach.Situation {
		return situation(t, classes, func(r *pipeline.Recipe) {
			d := r.Train.Layers[0].(nn.Dense)
			d.BiasInit = nn.Constant(-5)
			r.Train.Layers[0] = d
		}, curves.DeadUnits)
	}, starts, []string{"relu he_normal true", "leaky_relu(0.1) he_normal true"}},
	{"relu", "ReLU as it should be", func(t testing.TB) *coach.Situation { return situation(t, classes, nil) }, starts, nil},
	{"activation", "ReLU", func(t testing.TB) *coach.Situation { return situation(t, classes, nil) }, starts,
		[]string{"swish he_normal true", "tanh glorot_uniform true", "selu lecun_normal true"}},
	{"clipping", "divergence", func(t testing.TB) *coach.Situation { return situation(t, classes, nil, curves.Diverged) },
		func(r pipeline.Recipe) string { return fmt.Sprint(r.Train.Config.Optimizer.Settings().Clip.GlobalNorm) }, []string{"1"}},
	{"clipping", "a good fit", func(t testing.TB) *coach.Situation { return situation(t, classes, nil, curves.GoodFit) }, show(unitsOf), nil},
	{"batch-norm", "vanishing gradients", func(t testing.TB) *coach.Situation { return situation(t, classes, nil, curves.VanishingGradients) }, kinds,
		[]string{"Dense BatchNorm Dense BatchNorm Named"}},
	{"batch-norm", "dropout", func(t testing.TB) *coach.Situation {
		return situation(t, classes, func(r *pipeline.Recipe) {
			r.Train.Layers = slices.Insert(r.Train.Layers, 1, nn.Layer(nn.Dropout{Rate: 0.1}))
		})
	}, kinds, nil},
	{"pretraining", "vanishing gradients", func(t testing.TB) *coach.Situation { return situation(t, classes, nil, curves.VanishingGradients) },
		func(r pipeline.Recipe) string { return fmt.Sprintf("%+v", r.Train.Plan.Callbacks[1]) }, []string{"{Epochs:10}"}},
	{"pretraining", "a shallow net that learns", func(t testing.TB) *coach.Situation { return situation(t, classes, nil) }, kinds, nil},
	{"weight-decay", "overfitting without a penalty", func(t testing.TB) *coach.Situation {
		return situation(t, classes, func(r *pipeline.Recipe) {
			tanhNet(r)
			r.Train.Layers[1] = nn.Dense{Units: 1, Activation: act.Sigmoid}
		}, curves.Overfit)
	}, decays, []string{"[0.001 0.001]", "[0.01 0.01]", "[0.03 0.03]"}},
	{"weight-decay", "the default", func(t testing.TB) *coach.Situation { return situation(t, classes, nil, curves.Overfit) }, decays,
		[]string{"[0.009 0.009 0.009]", "[0.03 0.03 0.03]"}},
	{"less-decay", "the default", func(t testing.TB) *coach.Situation { return situation(t, classes, nil) }, decays,
		[]string{"[0.0006 0.0006 0.0006]", "[0.0001 0.0001 0.0001]"}},
	{"activity-penalty", "the default", func(t testing.TB) *coach.Situation { return situation(t, classes, nil) },
		func(r pipeline.Recipe) string {
			return fmt.Sprint(dense(r)[0].Activity.L1, dense(r)[1].Activity.L1, dense(r)[2].Activity.L1)
		},
		[]string{"0.0001 0.0001 0", "0.001 0.001 0"}},
	{"weight-constraint", "the default", func(t testing.TB) *coach.Situation { return situation(t, classes, nil) },
		func(r pipeline.Recipe) string {
			return fmt.Sprint(dense(r)[0].Constraint == nn.MaxNorm(3), dense(r)[2].Constraint == nn.Constraint{})
		},
		[]string{"true true", "false true"}},
	{"dropout", "overfitting", func(t testing.TB) *coach.Situation { return situation(t, classes, nil, curves.Overfit) },
		func(r pipeline.Recipe) string { return kinds(r) + fmt.Sprint(layersOf[nn.Dropout](r)) },
		[]string{"Dense Dropout Dense Dropout Named[{0.1} {0.1}]", "Dense Dropout Dense Dropout Named[{0.25} {0.25}]", "Dense Dropout Dense Dropout Named[{0.5} {0.5}]"}},
	{"dropout", "batch normalization", func(t testing.TB) *coach.Situation {
		return situation(t, classes, func(r *pipeline.Recipe) { r.Train.Layers = slices.Insert(r.Train.Layers, 1, nn.Layer(nn.BatchNorm{})) })
	}, kinds, nil},
	{"noise", "few rows", func(t testing.TB) *coach.Situation { return situation(t, classes, nil, curves.UnrepresentativeTrain) }, kinds,
		[]string{"GaussianNoise Dense Dense Named", "GaussianNoise Dense Dense Named"}},
	{"noise", "unscaled inputs", func(t testing.TB) *coach.Situation { return situation(t, numbers, unscaledAll) }, kinds, nil},
	{"early-stopping", "overfitting without it", func(t testing.TB) *coach.Situation { return situation(t, classes, withoutStopping, curves.Overfit) }, stops,
		[]string{"{Patience:30 RestoreBest:true}"}},
	{"early-stopping", "jumping validation", func(t testing.TB) *coach.Situation {
		return situation(t, classes, nil, curves.UnrepresentativeValidation)
	}, stops, []string{"{Patience:90 RestoreBest:true}"}},
	{"averaging", "runs far apart", func(t testing.TB) *coach.Situation { return situation(t, classes, nil, curves.HighVariance) }, ensemble,
		[]string{"ensembles.Average 5"}},
	{"k-fold", "enough rows of each class", func(t testing.TB) *coach.Situation { return situation(t, classes, nil) }, ensemble,
		[]string{"ensembles.KFold 5", "ensembles.KFold 10"}},
	{"weighted", "enough rows", func(t testing.TB) *coach.Situation { return situation(t, classes, nil) }, ensemble, []string{"ensembles.WeightedAverage 5"}},
	{"stacking", "too few rows", func(t testing.TB) *coach.Situation { return situation(t, classes, nil) }, ensemble, nil},
	{"stacking", "enough rows", func(t testing.TB) *coach.Situation {
		s := situation(t, classes, nil)
		s.Data.Rows = 1000
		return s
	}, ensemble, []string{"ensembles.Stacking 5"}},
	{"snapshot", "any", func(t testing.TB) *coach.Situation { return situation(t, classes, nil) },
		func(r pipeline.Recipe) string {
			return fmt.Sprint(ensemble(r), " ", r.Train.Plan.Epochs, " ", stops(r))
		}, []string{"ensembles.Snapshot 5 50 none"}},
	{"horizontal", "any", func(t testing.TB) *coach.Situation { return situation(t, classes, nil) },
		func(r pipeline.Recipe) string {
			return fmt.Sprint(ensemble(r), " ", r.Train.Plan.Epochs, " ", stops(r))
		}, []string{"ensembles.Horizontal 10 26 none"}},
	{"bagging", "any", func(t testing.TB) *coach.Situation { return situation(t, numbers, nil) }, ensemble, []string{"ensembles.Bagging 10"}},
}

func show[T any](of func(pipeline.Recipe) T) func(pipeline.Recipe) string {
	return func(r pipeline.Recipe) string { return fmt.Sprint(of(r)) }
}

func lossName(r pipeline.Recipe) string { return r.Train.Config.Loss.(losses.Loss).Name() }

func scalings(r pipeline.Recipe) string {
	return fmt.Sprintf("%T %T", r.Prepare.Scaling, r.Prepare.TargetScaling)
}

func starts(r pipeline.Recipe) string {
	d := dense(r)[0]
	return fmt.Sprint(d.Activation, " ", d.Init, " ", d.BiasInit == nn.Init{})
}

func kinds(r pipeline.Recipe) string {
	var names []string
	for _, l := range r.Train.Layers {
		names = append(names, strings.TrimPrefix(fmt.Sprintf("%T", l), "nn."))
	}
	return strings.Join(names, " ")
}

func decays(r pipeline.Recipe) string {
	var all []float64
	for _, d := range dense(r) {
		all = append(all, d.Penalty.L2)
	}
	return fmt.Sprint(all)
}

func stops(r pipeline.Recipe) string {
	for _, c := range r.Train.Plan.Callbacks {
		if e, ok := c.(callbacks.EarlyStopping); ok {
			return fmt.Sprintf("{Patience:%d RestoreBest:%v}", e.Patience, e.RestoreBest)
		}
	}
	return "none"
}

func ensemble(r pipeline.Recipe) string {
	members := reflect.ValueOf(r.Ensemble).FieldByName("Members").Int()
	return fmt.Sprintf("%T %d", r.Ensemble.(ensembles.Method), members)
}

func TestRules(t *testing.T) {
	ruled := map[string]bool{}
	for _, c := range rules {
		ruled[c.technique] = true
		s := c.in(t)
		before, err := json.Marshal(s.Recipe)
		if err != nil {
			t.Fatal(err)
		}
		why, changes := technique(t, c.technique).Propose(s)
		var got []string
		for _, change := range changes {
			got = append(got, c.show(change.Recipe))
			if change.What == "" {
				t.Errorf("%s on %s: a change does not say what it is", c.technique, c.when)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s on %s: %q, want %q", c.technique, c.when, got, c.want)
		}
		if len(changes) > 0 && len(why) < 10 {
			t.Errorf("%s on %s: the reason is %q", c.technique, c.when, why)
		}
		if after, _ := json.Marshal(s.Recipe); string(after) != string(before) {
			t.Errorf("%s on %s changed the recipe that it was given", c.technique, c.when)
		}
	}
	for _, technique := range coach.Techniques() {
		if !ruled[technique.Name] {
			t.Errorf("technique %q has no rule here", technique.Name)
		}
	}
}

// What techniques make can be trained, stored and read: each change, and each on top
// of every other's first change.
func TestChangesAreRecipes(t *testing.T) {
	for _, task := range []datasets.Task{classes, numbers} {
		first := situation(t, task, nil, curves.Overfit, curves.Diverged, curves.UnderfitFlat, curves.DeadUnits)
		for _, a := range coach.Techniques() {
			_, changes := a.Propose(first)
			for _, change := range changes {
				storable(t, a.Name, change.Recipe)
			}
			if len(changes) == 0 {
				continue
			}
			second := *first
			second.Recipe, second.Single = changes[0].Recipe, changes[0].Recipe
			for _, b := range coach.Techniques() {
				_, more := b.Propose(&second)
				for _, change := range more {
					storable(t, a.Name+", "+b.Name, change.Recipe)
				}
			}
		}
	}
}

func storable(t *testing.T, name string, r pipeline.Recipe) {
	t.Helper()
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(name, err)
	}
	var back pipeline.Recipe
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(r, back) {
		t.Fatalf("%s: %s became %+v (error %v)", name, text, back, err)
	}
	r.Train.Input = []int{4}
	if _, err := r.Train.Build(1); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// Every technique says what it is, and where the playbook has it.
func TestTechniquesExplainThemselves(t *testing.T) {
	seen := map[string]bool{}
	for _, technique := range coach.Techniques() {
		if seen[technique.Name] || technique.Title == "" || len(technique.Guidance) < 40 || technique.Chapter < 0 || technique.Chapter > 26 ||
			!slices.Contains([]coach.Area{coach.Learning, coach.Generalization, coach.Prediction}, technique.Area) {
			t.Errorf("%q (chapter %d, %s): %q", technique.Name, technique.Chapter, technique.Area, technique.Guidance)
		}
		seen[technique.Name] = true
	}
}
