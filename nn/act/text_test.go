package act_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/nn/act"
)

func TestText(t *testing.T) {
	for _, c := range []struct {
		f    act.Func
		text string
	}{
		{act.Func{}, "linear"},
		{act.ReLU, "relu"},
		{act.ReLUWith(6, 0), "relu(6, 0)"},
		{act.ReLUWith(2, 0.1), "relu(2, 0.1)"},
		{act.ReLUWith(0, 0.2), "leaky_relu(0.2)"},
		{act.ReLUWith(0, 0), "relu"},
		{act.LeakyReLU(0.1), "leaky_relu(0.1)"},
		{act.Sigmoid, "sigmoid"},
		{act.HardSigmoid, "hard_sigmoid"},
		{act.Tanh, "tanh"},
		{act.Softmax, "softmax"},
		{act.Softplus, "softplus"},
		{act.Softsign, "softsign"},
		{act.ELU(1), "elu(1)"},
		{act.ELU(1.0 / 3), "elu(0.33333334)"},
		{act.SELU, "selu"},
		{act.GELU, "gelu"},
		{act.GELUTanh, "gelu_tanh"},
		{act.Swish, "swish"},
		{act.Exponential, "exponential"},
	} {
		if got := c.f.String(); got != c.text {
			t.Errorf("%#v prints as %q, want %q", c.f, got, c.text)
		}
		if got, err := act.Parse(c.text); err != nil || got != c.f {
			t.Errorf("%q is read as %v, %v", c.text, got, err)
		}
		b, err := json.Marshal(c.f)
		var back act.Func
		if err != nil || json.Unmarshal(b, &back) != nil || back != c.f {
			t.Errorf("%v comes back from %s as %v (%v)", c.f, b, back, err)
		}
		if got := c.f.IsZero(); got != (c.f == act.Linear) {
			t.Errorf("%v: IsZero is %t", c.f, got)
		}
	}
}

// Names that Keras users write are read too.
func TestParseOtherNames(t *testing.T) {
	for text, want := range map[string]act.Func{
		"silu": act.Swish, "elu": act.ELU(1), "leaky_relu": act.LeakyReLU(0.3), " tanh ": act.Tanh,
		"leaky_relu( 0.1 )": act.LeakyReLU(0.1), "relu(6,0)": act.ReLUWith(6, 0), "relu(0, 0)": act.ReLU,
	} {
		if got, err := act.Parse(text); err != nil || got != want {
			t.Errorf("%q is read as %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestParseFails(t *testing.T) {
	for text, want := range map[string]string{
		"rely":             `act: unknown activation "rely"; known are linear, relu, leaky_relu`,
		"":                 `act: unknown activation ""`,
		"tanh(1)":          `act: "tanh(1)" has the wrong count of numbers`,
		"relu(6)":          `act: "relu(6)" has the wrong count of numbers`,
		"elu(1, 2)":        `act: "elu(1, 2)" has the wrong count of numbers`,
		"elu(1":            `act: "elu(1" lacks its closing bracket`,
		"elu()":            `act: "" is not a number in "elu()"`,
		"elu(x)":           `act: "x" is not a number in "elu(x)"`,
		"elu(NaN)":         `act: "NaN" is not a number in "elu(NaN)"`,
		"leaky_relu(-0.1)": `activation leaky_relu(-0.1): -0.1 is out of range, want a number of at least 0`,
		"relu(-6, 0)":      `-6 is out of range`,
	} {
		if got, err := act.Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is read as %v, error %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{`"rely"`, `3`, `{}`} {
		f := act.Tanh
		if err := json.Unmarshal([]byte(text), &f); err == nil || f != act.Tanh {
			t.Errorf("%s is read as %v, error %v", text, f, err)
		}
	}
}

func TestCheck(t *testing.T) {
	for _, f := range act.All() {
		if err := f.Check(); err != nil {
			t.Error(err)
		}
	}
	for _, f := range []act.Func{act.LeakyReLU(-1), act.LeakyReLU(math.NaN()), act.ELU(math.Inf(1)), act.ELU(1e39),
		act.ReLUWith(-1, 0), act.ReLUWith(6, -0.1)} {
		if err := f.Check(); err == nil {
			t.Errorf("%v passes", f)
		}
	}
}

// All has every activation that Parse knows.
func TestAll(t *testing.T) {
	_, err := act.Parse("?")
	_, list, _ := strings.Cut(err.Error(), "known are ")
	listed := map[string]bool{}
	for _, f := range act.All() {
		name, _, _ := strings.Cut(f.String(), "(")
		listed[name] = true
	}
	for name := range strings.SplitSeq(list, ", ") {
		if !listed[name] {
			t.Errorf("All lacks %s", name)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, a := range act.All() {
		f.Add(a.String())
	}
	f.Add("leaky_relu(1e-46)")
	f.Fuzz(func(t *testing.T, s string) {
		a, err := act.Parse(s)
		if err != nil {
			return
		}
		if again, err := act.Parse(a.String()); err != nil || again != a {
			t.Errorf("%q is read as %v, which is read as %v, %v", s, a, again, err)
		}
	})
}
