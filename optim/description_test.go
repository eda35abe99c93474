package optim_test

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
)

const optZero = opt.Zero

func TestDefaults(t *testing.T) {
	for _, c := range []struct {
		o    optim.Optimizer
		rate float64
	}{
		{optim.SGD{}, 0.01}, {optim.RMSprop{}, 0.001}, {optim.Adagrad{}, 0.001}, {optim.Adadelta{}, 0.001}, {optim.Adam{}, 0.001},
		{optim.AdamW{}, 0.001}, {optim.Adamax{}, 0.001}, {optim.Nadam{}, 0.001},
	} {
		if err := c.o.Check(); err != nil {
			t.Errorf("%T: %v", c.o, err)
		}
		if got := c.o.Settings().Rate; got != c.rate {
			t.Errorf("%T: rate %g, want %g", c.o, got, c.rate)
		}
	}
	if d := (optim.AdamW{}).Settings().Decay; d != 0.004 {
		t.Errorf("AdamW's decay is %g", d)
	}
	if d := (optim.AdamW{Decay: opt.Zero}).Settings().Decay; d != 0 {
		t.Errorf("AdamW's decay of zero is %g", d)
	}
	if !(optim.Clip{}).IsZero() || (optim.Clip{Norm: 1}).IsZero() {
		t.Error("Clip.IsZero")
	}
}

func TestOutOfRange(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	clip := func(c optim.Clip) optim.Optimizer { return optim.Adam{Clip: c} }
	for _, c := range []struct {
		o    optim.Optimizer
		want string
	}{
		{optim.SGD{Rate: -1}, "SGD.Rate is -1, want a number above 0"},
		{optim.SGD{Rate: nan}, "SGD.Rate is NaN"},
		{optim.SGD{Momentum: 1}, "SGD.Momentum is 1, want from 0 to below 1"},
		{optim.SGD{Momentum: -0.1}, "SGD.Momentum is -0.1"},
		{optim.SGD{Nesterov: true}, "SGD.Nesterov needs a Momentum"},
		{optim.SGD{Decay: -1}, "SGD.Decay is -1, want a number of at least 0"},
		{optim.SGD{Decay: inf}, "SGD.Decay is +Inf"},
		{optim.RMSprop{Rho: 1}, "RMSprop.Rho is 1"},
		{optim.RMSprop{Momentum: 2}, "RMSprop.Momentum is 2"},
		{optim.RMSprop{Epsilon: -1}, "RMSprop.Epsilon is -1, want a number of at least 1.2e-38"},
		{optim.RMSprop{Rate: inf}, "RMSprop.Rate is +Inf"},
		{optim.Adagrad{Accumulator: -1}, "Adagrad.Accumulator is -1"},
		{optim.Adagrad{Epsilon: nan}, "Adagrad.Epsilon is NaN"},
		{optim.Adadelta{Rho: -1}, "Adadelta.Rho is -1"},
		{optim.Adadelta{Epsilon: 1e-50}, "Adadelta.Epsilon is 1e-50"},
		{optim.Adam{Beta1: 1}, "Adam.Beta1 is 1"},
		{optim.Adam{Beta2: -1}, "Adam.Beta2 is -1"},
		{optim.AdamW{Decay: -1}, "AdamW.Decay is -1"},
		{optim.AdamW{Epsilon: inf}, "AdamW.Epsilon is +Inf"},
		{optim.Adamax{Beta2: 1}, "Adamax.Beta2 is 1"},
		{optim.Nadam{Beta1: opt.Float(nan)}, "Nadam.Beta1 is NaN"},
		{clip(optim.Clip{Value: -1}), "Adam.Clip.Value is -1"},
		{clip(optim.Clip{Norm: nan}), "Adam.Clip.Norm is NaN"},
		{clip(optim.Clip{GlobalNorm: inf}), "Adam.Clip.GlobalNorm is +Inf"},
		{optim.Nadam{Schedule: optim.Steps{}}, "Steps.Every is 0"},
	} {
		if err := c.o.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.o, err, c.want)
		}
	}
	all := optim.Adam{Rate: -1, Beta1: 2, Beta2: 3, Epsilon: -4, Clip: optim.Clip{Value: -5}}.Check()
	if n := strings.Count(fmt.Sprint(all), "want"); n != 5 {
		t.Errorf("%d of 5 faults reported: %v", n, all)
	}
}

func TestJSON(t *testing.T) {
	schedule := optim.WarmUp{Over: 3, PerEpoch: true, Then: optim.WarmUp{Over: 1, Then: optim.CosineRestarts{
		First: 5, Longer: 2, Shrink: opt.Zero, Floor: 0.1}}}
	for _, c := range []struct {
		o    optim.Optimizer
		want string // "": not compared
	}{
		{optim.SGD{}, `{"type":"SGD"}`},
		{optim.SGD{Rate: 0.1, Momentum: 0.9, Nesterov: true, Decay: 1e-4, Clip: optim.Clip{GlobalNorm: 1}, Schedule: optim.TimeDecay{Decay: 0.01}},
			`{"type":"SGD","Rate":0.1,"Momentum":0.9,"Nesterov":true,"Schedule":{"type":"TimeDecay","Decay":0.01},"Clip":{"GlobalNorm":1},"Decay":0.0001}`},
		{optim.RMSprop{Rho: 0.8, Momentum: 0.1, Epsilon: 1e-3, Centered: true, Schedule: optim.OneCycle{Up: opt.Zero}}, ""},
		{optim.Adagrad{Accumulator: opt.Zero}, `{"type":"Adagrad","Accumulator":0}`},
		{optim.Adadelta{Rate: 1, Rho: 0.9, Schedule: optim.Cyclic{Top: 2, Half: 3, Shrink: 0.5}}, ""},
		{optim.Adam{Beta1: opt.Zero, AMSGrad: true, Schedule: schedule}, ""},
		{optim.AdamW{Decay: opt.Zero, Beta2: 0.99}, `{"type":"AdamW","Decay":0,"Beta2":0.99}`},
		{optim.Adamax{Rate: 1. / 3, Clip: optim.Clip{Value: 1, Norm: 2, GlobalNorm: 3}}, ""},
		{optim.Nadam{Schedule: optim.Polynomial{Power: 2, Over: 5, PerEpoch: true}}, ""},
	} {
		b, err := optim.Marshal(c.o)
		if err != nil {
			t.Fatal(err)
		}
		if c.want != "" && string(b) != c.want {
			t.Errorf("%s, want %s", b, c.want)
		}
		if back, err := optim.Unmarshal(b); err != nil || !reflect.DeepEqual(back, c.o) {
			t.Errorf("%s reads back as %+v, %v", b, back, err)
		}
	}
	b, err := optim.MarshalSchedule(schedule)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := optim.UnmarshalSchedule(b); err != nil || back != optim.Schedule(schedule) {
		t.Errorf("%s reads back as %+v, %v", b, back, err)
	}
	for _, text := range []string{`{"type":"Sgd"}`, `{}`, `{"type":"SGD","Speed":1}`, `{"type":"SGD","Schedule":{"type":"Nope"}}`, `3`, ``} {
		if o, err := optim.Unmarshal([]byte(text)); err == nil {
			t.Errorf("%q reads as %+v", text, o)
		}
	}
}

func TestWithRate(t *testing.T) {
	adam := optim.Adam{Rate: 0.1, Beta1: 0.5, Schedule: optim.Steps{Every: 3}}
	o, err := optim.WithRate(adam, 0.02)
	if want := (optim.Adam{Rate: 0.02, Beta1: 0.5, Schedule: optim.Steps{Every: 3}}); err != nil || o != optim.Optimizer(want) {
		t.Errorf("%+v, %v", o, err)
	}
	if adam.Rate != 0.1 {
		t.Error("the argument changed")
	}
	for _, c := range []struct {
		o    optim.Optimizer
		rate float64
	}{{adam, 0}, {adam, -1}, {adam, math.NaN()}, {adam, math.Inf(1)}, {nil, 1}, {rateless{}, 1}, {&adam, 1}, {whole{}, 1}} {
		if o, err := optim.WithRate(c.o, c.rate); err == nil {
			t.Errorf("WithRate(%T, %g) is %+v", c.o, c.rate, o)
		}
	}
}

// rateless is an optimizer without a field Rate, whole one whose Rate is no float64.
type rateless struct{}

type whole struct {
	rateless
	Rate int
}

func (rateless) Settings() optim.Settings  { return optim.Settings{} }
func (rateless) Check() error              { return nil }
func (rateless) Stepper(int) optim.Stepper { return nil }

func TestRegister(t *testing.T) {
	optim.Register("own", rateless{})
	if o, err := optim.Unmarshal([]byte(`{"type":"own"}`)); err != nil || o != optim.Optimizer(rateless{}) {
		t.Errorf("%v, %v", o, err)
	}
	defer func() {
		if recover() == nil {
			t.Error("a name was taken twice")
		}
	}()
	optim.Register("SGD", rateless{})
}

func TestWithClip(t *testing.T) {
	o, err := optim.WithClip(optim.Nadam{Rate: 0.1}, optim.Clip{GlobalNorm: 2})
	if err != nil || o.Settings().Clip.GlobalNorm != 2 || o.Settings().Rate != 0.1 {
		t.Errorf("%+v, error %v; want the clipping and the old rate", o, err)
	}
	if _, err := optim.WithClip(optim.SGD{}, optim.Clip{Value: -1}); err == nil {
		t.Error("a negative limit was taken")
	}
	if _, err := optim.WithClip(rateless{}, optim.Clip{Value: 1}); err == nil {
		t.Error("an optimizer without a field Clip was changed")
	}
}
