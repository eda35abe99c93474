package pipeline_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// shopRecipe has a value in every part.
func shopRecipe(t testing.TB) pipeline.Recipe {
	t.Helper()
	r, err := pipeline.Options{Hidden: []int{8}, Epochs: 5, Seed: 9}.TableRecipe(datasets.TaskRegression, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	r.Prepare.Test, r.Prepare.Validation = opt.Of(0.25), opt.Of(0.1)
	r.Prepare.Encode = datasets.Encode{MaxLevels: 7, Numbers: datasets.Impute{Indicator: true}, Drop: []string{"a"}, Order: map[string][]string{"b": {"x", "y"}}}
	r.Prepare.Scaling, r.Prepare.TargetScaling = datasets.Robust{UnitVariance: true}, datasets.MinMax{}
	r.Ensemble = ensembles.Bagging{Members: 3, Seed: 4}
	return r
}

func TestRecipeFile(t *testing.T) {
	r := shopRecipe(t)
	path := filepath.Join(t.TempDir(), "recipe.json")
	if err := pipeline.WriteRecipe(path, r); err != nil {
		t.Fatal(err)
	}
	back, err := pipeline.ReadRecipe(path)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(r, back) {
		t.Errorf("%+v became %+v", r, back)
	}
	if back.Seed() != 9 {
		t.Errorf("the seed is %d, want 9", back.Seed())
	}
}

type ownScaling struct{ datasets.Standardize }

func TestRecipeOfOwnPartsIsNotStored(t *testing.T) {
	r := shopRecipe(t)
	r.Prepare.Scaling = ownScaling{}
	path := filepath.Join(t.TempDir(), "recipe.json")
	err := pipeline.WriteRecipe(path, r)
	if err == nil || !strings.Contains(err.Error(), "pipeline.RegisterScaling") {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a file was left")
	}
}

// hostile are texts that are no recipe, with a part of the error.
var hostile = map[string]string{
	``:     "unexpected end",
	`null`: "object is wanted",
	`{}`:   "no layers",
	`{"Train":{"Layers":[{"type":"Dense","Units":1}]},"Ensemble":{"type":"Shell"}}`:                 `unknown ensemble method "Shell"`,
	`{"Train":{"Layers":[{"type":"Dense","Units":1}]},"Prepare":{"Test":1.5}}`:                      "test share is 1.5",
	`{"Train":{"Layers":[{"type":"Dense","Units":1}]},"Prepare":{"Test":0.5,"Validation":0.5}}`:     "leave no rows",
	`{"Train":{"Layers":[{"type":"Dense","Units":1}]},"Prepare":{"Scaling":{"type":"Log"}}}`:        `unknown scaling "Log"`,
	`{"Train":{"Layers":[{"type":"Dense","Units":1}]},"Prepare":{"Encode":{"maxlevels":1,"x":[]}}}`: "Encode",
	`{"Train":{"Layers":[{"type":"Dense","Units":99999999999}]}}`:                                   "more than",
	`{"Train":{"Layers":[{"type":"Dense","Units":1}],"Plan":{"Callbacks":[{"type":"CSVLog"}]}}}`:    `unknown callback "CSVLog"`,
	`{"Train":{"Layers":[{"type":"Dense","Units":1}]},"Prepare":{"Task":"clustering"}}`:             "clustering",
}

func TestHostileRecipes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "recipe.json")
	for text, want := range hostile {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := pipeline.ReadRecipe(path)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") || len(err.Error()) > len(path)+400 {
			t.Errorf("%.90s: error %v, want one sentence with %q", text, err, want)
		}
	}
	if err := os.WriteFile(path, make([]byte, 5<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := pipeline.ReadRecipe(path); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Errorf("5 MiB: error %v", err)
	}
}

// A recipe that could be read is written, and read again as the same.
func FuzzTableRecipe(f *testing.F) {
	for text := range hostile {
		f.Add([]byte(text))
	}
	text, err := json.Marshal(shopRecipe(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		var r, back pipeline.Recipe
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
