package registry_test

import (
	"errors"
	"strings"

	"github.com/goodfit-ml/goodfit/internal/registry"
	"github.com/goodfit-ml/goodfit/opt"
)

// The descriptions of the tests: layers, some with layers inside, and
// optimizers with schedules inside.
type (
	Layer     interface{ Build() string }
	Schedule  interface{ Rate(step int) float64 }
	Optimizer interface{ Step() }

	Dense struct {
		Units   int
		Rate    float64
		Beta    opt.Float
		NoBias  bool
		Penalty Penalty
		Sizes   []int
		Kernel  [2]int8
		Title   string `json:"title"`
		Padding Padding
		Small   float32
		Seed    uint64
		Options map[string]float64
		Cache   func() `json:"-"`
	}
	Penalty struct{ L1, L2 float64 }
	Padding string

	Named struct {
		Name string
		Layer
	}
	Chain struct{ Layers []Layer }
	Tree  struct{ Branches []Tree }
	Upper struct{ text string } // writes itself as an object
	Said  struct{ Word Word }
	Word  struct{ text string } // writes itself as a text

	Drop struct{ Every int }
	Adam struct {
		Rate     float64
		Schedule Schedule
	}
)

// IsZero reports the default, which has two names.
func (p Padding) IsZero() bool { return p == "" || p == "valid" }

func (Dense) Build() string      { return "dense" }
func (Chain) Build() string      { return "chain" }
func (Tree) Build() string       { return "tree" }
func (Upper) Build() string      { return "upper" }
func (Said) Build() string       { return "said" }
func (Drop) Rate(at int) float64 { return float64(at) }
func (Adam) Step()               {}

func (u Upper) MarshalJSON() ([]byte, error) {
	if u.text == "bad" {
		return nil, errors.New("bad text")
	}
	return []byte(`{ "TEXT": "` + strings.ToUpper(u.text) + `" }`), nil
}

func (u *Upper) UnmarshalJSON(b []byte) error {
	text, ok := strings.CutPrefix(string(b), `{"TEXT":"`)
	if !ok {
		return errors.New("no TEXT")
	}
	u.text = strings.ToLower(strings.TrimSuffix(text, `"}`))
	return nil
}

func (w Word) MarshalText() ([]byte, error) { return []byte("<" + w.text + ">"), nil }

func (w *Word) UnmarshalText(text []byte) error {
	w.text = strings.Trim(string(text), "<>")
	return nil
}

func newLayers() *registry.Table[Layer] {
	t := registry.New[Layer]("layer").RegisteredBy("nn.Register")
	t.Register("Dense", Dense{})
	t.Register("Named", Named{})
	t.Register("Chain", Chain{})
	t.Register("Tree", Tree{})
	t.Register("Upper", Upper{})
	t.Register("Said", Said{})
	return t
}

func newSchedules() *registry.Table[Schedule] {
	t := registry.New[Schedule]("schedule")
	t.Register("Drop", Drop{})
	return t
}

func newOptimizers() *registry.Table[Optimizer] {
	t := registry.New[Optimizer]("optimizer", newSchedules())
	t.Register("Adam", Adam{})
	return t
}
