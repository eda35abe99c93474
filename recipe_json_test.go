package goodfit_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// fullRecipe has a value in every field that a file holds.
func fullRecipe() goodfit.Recipe {
	return goodfit.Recipe{
		Input: tensor.Shape{4},
		Layers: []nn.Layer{
			nn.GaussianNoise{Std: 0.1},
			nn.As("first", nn.Dense{Units: 8, Activation: act.LeakyReLU(0.1), Init: nn.HeNormal, Penalty: nn.Penalty{L2: 1e-3},
				Activity: nn.ActivityPenalty{L1: 1e-4}, Constraint: nn.MaxNorm(3)}),
			nn.BatchNorm{Momentum: opt.Of(0.9)}, nn.Dropout{Rate: 0.25},
			nn.As("output", nn.Dense{Units: 3, Activation: act.Softmax}),
		},
		Config: goodfit.Config{Loss: losses.CrossEntropy{}, Metrics: []metrics.Metric{metrics.Accuracy{}}, Accumulate: 2, Seed: 1<<64 - 1,
			Optimizer: optim.SGD{Rate: 0.1, Momentum: 0.9, Clip: optim.Clip{GlobalNorm: 1}, Schedule: optim.Exponential{Factor: opt.Of(0.5)}},
			Outputs:   []goodfit.Output{{Name: "output", Loss: losses.CrossEntropy{}, Weight: opt.Zero}}},
		Plan: goodfit.Plan{Epochs: 7, BatchSize: -1, ValidationFraction: 0.1, ValidateEvery: 2, ClassWeights: []float64{1, 2, 0.1},
			InOrder: true, GoThroughNaN: true, Callbacks: []goodfit.Callback{callbacks.EarlyStopping{Patience: 3, RestoreBest: true}}},
	}
}

func TestRecipeRoundTrip(t *testing.T) {
	for name, r := range map[string]goodfit.Recipe{"full": fullRecipe(), "zero": {}} {
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(name, err)
		}
		var back goodfit.Recipe
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(name, err)
		}
		if !reflect.DeepEqual(r, back) {
			t.Errorf("%s: %s became %+v", name, text, back)
		}
		again, err := json.Marshal(back)
		if err != nil || string(again) != string(text) {
			t.Errorf("%s: written again as %s (error %v), want %s", name, again, err, text)
		}
	}
}

// A recipe is read by people too: its form is stated here.
func TestRecipeForm(t *testing.T) {
	r := goodfit.Recipe{Layers: []nn.Layer{nn.Dense{Units: 2}}, Config: goodfit.Config{Loss: losses.MSE{}, Seed: 5}, Plan: goodfit.Plan{Epochs: 3}}
	text, err := json.Marshal(r)
	const want = `{"Layers":[{"type":"Dense","Units":2}],"Config":{"Loss":{"type":"MSE"},"Seed":5},"Plan":{"Epochs":3}}`
	if err != nil || string(text) != want {
		t.Errorf("%s (error %v), want %s", text, err, want)
	}
}

func TestRecipeNotStored(t *testing.T) {
	type ownLoss struct{ losses.Loss }
	data := datasets.Moons{Samples: 10, Seed: 1}.Make()
	for want, v := range map[string]any{
		"Validation holds data": goodfit.Plan{Validation: data},
		"has no name for files": goodfit.Recipe{Plan: goodfit.Plan{Callbacks: []goodfit.Callback{callbacks.Hooks{}}}},
		"register":              goodfit.Config{Loss: ownLoss{}},
	} {
		if text, err := json.Marshal(v); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s with error %v, want one with %q", text, err, want)
		}
	}
}

// hostileRecipes are texts that are no recipe, with a part of the error.
var hostileRecipes = map[string]string{
	`{`:                               "unexpected end",
	`[]`:                              "object is wanted",
	`{"Layer":[]}`:                    `unknown field "Layer"`,
	`{"Layers":[null]}`:               "layer 1 is null",
	`{"Layers":[{"type":"Dense"},3]}`: "object is wanted",
	`{"Layers":[{"type":"Exec"}]}`:    `unknown layer "Exec"`,
	`{"Layers":[{"Units":3}]}`:        "it has no type",
	`{"Layers":[{"type":"Dense","Units":"9"}]}`:                                             "value of type int is wanted",
	`{"Layers":[{"type":"Dense","Units":1e999}]}`:                                           "value of type int is wanted",
	`{"Layers":[{"type":"Dense","Units":1000000000000}]}`:                                   "more than",
	`{"Layers":[{"type":"Dense","Units":100000},{"type":"Dense","Units":100000}]}`:          "more than",
	`{"Input":[1000000,1000000,1000000],"Layers":[]}`:                                       "more than",
	`{"Input":[0],"Layers":[]}`:                                                             "want sizes of at least 1",
	`{"Input":[-4],"Layers":[]}`:                                                            "want sizes of at least 1",
	`{"Config":{"Loss":{"type":"Dense"}}}`:                                                  `unknown loss "Dense"`,
	`{"Config":{"Optimizer":{"type":"Adam","Rate":0.1,"Rate":0.2}}}`:                        "twice",
	`{"Plan":{"Epochs":-1}}`:                                                                "Plan.Epochs is -1",
	`{"Plan":{"ValidationFraction":1}}`:                                                     "Plan.ValidationFraction is 1",
	`{"Plan":{"ClassWeights":[-1]}}`:                                                        "Plan.ClassWeights[0] is -1",
	`{"Plan":{"Callbacks":[null]}}`:                                                         "callback 1 is null",
	`{"Plan":{"Callbacks":[{"type":"Checkpoint","Path":"/etc/passwd"}]}}`:                   `unknown callback "Checkpoint"`,
	`{"Plan":{"Validation":{}}}`:                                                            `unknown field "Validation"`,
	`{"Plan":{}} {}`:                                                                        "after top-level value",
	`{"Config":` + strings.Repeat(`{"Config":`, 100) + `1` + strings.Repeat(`}`, 100) + `}`: "nested more than",
}

func TestHostileRecipes(t *testing.T) {
	for text, want := range hostileRecipes {
		r := goodfit.Recipe{Plan: goodfit.Plan{Epochs: 77}}
		err := json.Unmarshal([]byte(text), &r)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.80s: error %v, want one line with %q", text, err, want)
		}
		if r.Plan.Epochs != 77 || r.Layers != nil {
			t.Errorf("%.80s: the old value did not stay", text)
		}
	}
}

// A recipe that could be read is written, and read again as the same.
func FuzzRecipe(f *testing.F) {
	for text := range hostileRecipes {
		f.Add([]byte(text))
	}
	text, err := json.Marshal(fullRecipe())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		var r, back goodfit.Recipe
		if json.Unmarshal(text, &r) != nil {
			return
		}
		first, err := json.Marshal(r)
		if err != nil {
			t.Fatalf("%q was read and cannot be written: %v", text, err)
		}
		if err := json.Unmarshal(first, &back); err != nil {
			t.Fatalf("%s was written and cannot be read: %v", first, err)
		}
		if second, err := json.Marshal(back); err != nil || string(second) != string(first) {
			t.Fatalf("%s became %s (error %v)", first, second, err)
		}
	})
}
