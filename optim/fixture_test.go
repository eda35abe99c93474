package optim_test

import (
	"encoding/json"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/goodfit-ml/goodfit/optim"
)

// fixture is testdata/optim.json, which testdata/optim.py writes.
type fixture struct {
	Start      []float32
	Gradients  [][]float32
	Optimizers []pathCase
	Training   struct {
		X, Y   [][][]float32
		Params [][]float32
		L1, L2 float64
		Cases  []trainingCase
	}
	Schedules struct {
		Base            float64
		UpdatesPerEpoch int `json:"updates_per_epoch"`
		Epochs          int
		Cases           []struct {
			Schedule json.RawMessage
			Rates    []float64
		}
	}
}

// pathCase is a description and the weights after each update.
type pathCase struct {
	Optimizer json.RawMessage
	Adjust    *optim.Adjust
	Path      [][]float64
	// Rates, where there are, change from update to update, and LastWithRates are
	// the weights after the last.
	Rates         []float64
	LastWithRates []float64 `json:"last_with_rates"`
}

// trainingCase is a description and the parameters after ten batches.
type trainingCase struct {
	Optimizer  json.RawMessage
	Penalties  bool
	Accumulate int
	Params     [][]float64
}

var golden = sync.OnceValues(func() (f fixture, err error) {
	b, err := os.ReadFile("testdata/optim.json")
	if err != nil {
		return f, err
	}
	return f, json.Unmarshal(b, &f)
})

func readFixture(t testing.TB) fixture {
	t.Helper()
	f, err := golden()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// typeOf returns the registered name in a description.
func typeOf(t testing.TB, description json.RawMessage) string {
	t.Helper()
	var d struct{ Type string }
	if err := json.Unmarshal(description, &d); err != nil {
		t.Fatal(err)
	}
	return d.Type
}

func optimizer(t testing.TB, description json.RawMessage) optim.Optimizer {
	t.Helper()
	o, err := optim.Unmarshal(description)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Check(); err != nil {
		t.Fatal(err)
	}
	return o
}

// TestEveryNameHasAFixture holds the fixture against what is registered.
func TestEveryNameHasAFixture(t *testing.T) {
	f := readFixture(t)
	var optimizers, schedules []string
	for _, c := range f.Optimizers {
		optimizers = append(optimizers, typeOf(t, c.Optimizer))
	}
	for _, c := range f.Schedules.Cases {
		schedules = append(schedules, typeOf(t, c.Schedule))
	}
	for _, name := range optim.Names() {
		if name != "own" && !slices.Contains(optimizers, name) { // own: of TestRegister
			t.Errorf("optimizer %s has no case in testdata/optim.py", name)
		}
	}
	for _, name := range optim.ScheduleNames() {
		if !slices.Contains(schedules, name) {
			t.Errorf("schedule %s has no case in testdata/optim.py", name)
		}
	}
}
