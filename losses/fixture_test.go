package losses_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn/act"
)

// lossCase is a case of testdata/losses.json, which testdata/losses.py writes: a
// loss, what it is shown, and its values and derivatives in float64.
type lossCase struct {
	Loss                json.RawMessage
	Raw                 string // the activation that is fused, or ""
	Size                int
	Pred, Target, Scale []float32
	Losses, Gradients   []float64
}

var golden = sync.OnceValues(func() ([]lossCase, error) {
	var f struct{ Cases []lossCase }
	b, err := os.ReadFile("testdata/losses.json")
	if err != nil {
		return nil, err
	}
	return f.Cases, json.Unmarshal(b, &f)
})

// each runs f on every case, with the targets of crisp classes as indices too.
func each(t *testing.T, f func(t *testing.T, l losses.Loss, c lossCase)) {
	cases, err := golden()
	if err != nil {
		t.Fatal(err)
	}
	for n, c := range cases {
		t.Run(fmt.Sprintf("%d %s %s", n, c.Loss, c.Raw), func(t *testing.T) {
			l, err := losses.Unmarshal(c.Loss)
			if err != nil {
				t.Fatal(err)
			}
			f(t, l, c)
			if index := c.indices(); index != nil && l.Check(c.Size, 1) == nil && c.Size > 1 {
				c.Target = index
				t.Run("index", func(t *testing.T) { f(t, l, c) })
			}
		})
	}
}

// indices returns the classes of one-hot targets, nil for others.
func (c lossCase) indices() (index []float32) {
	for row := range slices.Chunk(c.Target, c.Size) {
		k := slices.Index(row, 1)
		if k < 0 {
			return nil
		}
		index = append(index, float32(k))
	}
	return index
}

// rows is the number of items, targets that of targets for each.
func (c lossCase) rows() int    { return len(c.Scale) }
func (c lossCase) targets() int { return len(c.Target) / len(c.Scale) }

// eval evaluates a loss on a copy of the case's numbers.
func (c lossCase) eval(l losses.Loss, scale []float32, gradients bool) *losses.Args {
	a := &losses.Args{Rows: c.rows(), Pred: slices.Clone(c.Pred), Target: slices.Clone(c.Target), Size: c.Size, TargetSize: c.targets(),
		Loss: make([]float32, c.rows()), Scale: scale, Uniform: 1}
	if gradients {
		a.Grad = slices.Repeat([]float32{float32(math.NaN())}, len(c.Pred))
	}
	switch c.Raw {
	case "softmax":
		l.(losses.Fused).EvalRaw(act.Softmax, a)
	case "sigmoid":
		l.(losses.Fused).EvalRaw(act.Sigmoid, a)
	default:
		l.Eval(a)
	}
	return a
}

// TestEveryNameHasAFixture holds the fixture against what is registered.
func TestEveryNameHasAFixture(t *testing.T) {
	seen := map[string]bool{}
	each(t, func(t *testing.T, l losses.Loss, c lossCase) {
		var d struct{ Type string }
		if err := json.Unmarshal(c.Loss, &d); err != nil {
			t.Fatal(err)
		}
		seen[d.Type+c.Raw] = true
	})
	for _, name := range losses.Names() {
		if name != "own" && !seen[name] { // own: of TestRegister
			t.Errorf("loss %s has no case in testdata/losses.py", name)
		}
		l, err := losses.Unmarshal(fmt.Appendf(nil, `{"type":%q}`, name))
		if err != nil {
			t.Fatal(err)
		}
		fused, ok := l.(losses.Fused)
		for _, f := range act.All() {
			if ok && fused.Fuses(f) && !seen[name+f.String()] {
				t.Errorf("loss %s fuses %s and has no case of it in testdata/losses.py", name, f)
			}
		}
	}
}
