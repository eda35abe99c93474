package nntest

import (
	"fmt"
	"slices"

	"github.com/goodfit-ml/goodfit/nn"
)

// sample draws data at which the formulas have no kink, and reports if it finds
// none.
func (k *checker) sample(op nn.Op, rows int) *sample {
	k.t.Helper()
	const tries = 20
	for seed := range uint64(tries) {
		s := newSample(&k.c, op, rows, 1+seed)
		load(op, s)
		r := newRun(op, s, setup{mode: nn.Train, key: key})
		if !expect(k.c.training(r.pass), op, s).kink && !expect(k.c.use(), op, s).kink {
			return s
		}
	}
	k.faultf("none of %d samples of %d rows lies off the formula's kinks; set Inputs or Params", tries, rows)
	return newSample(&k.c, op, rows, 1)
}

// do runs a sample in a pass of its own and reports a trespass.
func (k *checker) do(op nn.Op, s *sample, how setup) *result {
	k.t.Helper()
	if how.key == (setup{}).key {
		how.key = key
	}
	load(op, s)
	res, fault := newRun(op, s, how).do(s)
	k.report(how.String(), fault)
	return res
}

// String names the setup in messages.
func (how setup) String() string {
	switch {
	case how.mode == nn.Infer:
		return "in use"
	case how.frozen:
		return "frozen"
	}
	return "in training"
}

// refOf returns the formula that holds in a setup.
func (k *checker) refOf(op nn.Op, s *sample, how setup) Ref {
	gathers := false
	for _, p := range op.Params() {
		gathers = gathers || p.Statistic
	}
	if how.mode == nn.Infer || how.frozen && gathers {
		return k.c.use()
	}
	load(op, s)
	how.key = key
	return k.c.training(newRun(op, s, how).pass)
}

// formulas compares passes over so many rows with what the case says, until
// something differs.
func (k *checker) formulas(op nn.Op, rows int) {
	k.t.Helper()
	s := k.sample(op, rows)
	for _, how := range setups {
		if !k.failed {
			k.formula(op, s, how)
		}
	}
	if !k.failed {
		k.statistics(op, s)
	}
}

// formula compares values and gradients with the formula.
func (k *checker) formula(op nn.Op, s *sample, how setup) {
	k.t.Helper()
	where := fmt.Sprintf("%v, %d rows", how, s.rows)
	want := expect(k.refOf(op, s, how), op, s)
	if len(want.out) != len(s.dout) {
		k.faultf("%s: the formula gives %d values, want %d for shape %v", where, len(want.out), len(s.dout), op.Out())
		return
	}
	got := k.do(op, s, how)
	tolerance := k.c.tolerance()
	if !k.report(where+", output", differ(got.out, want.out, tolerance)) {
		return
	}
	for i := range got.din {
		k.report(fmt.Sprintf("%s, gradient of input %d", where, i+1), differ(got.din[i], want.din[i], tolerance))
	}
	for i, p := range op.Params() {
		if i < len(got.grads) && got.grads[i] != nil {
			k.report(fmt.Sprintf("%s, gradient of parameter %q", where, p.Name), differ(got.grads[i], want.grads[i], tolerance))
		}
	}
	if !k.failed && s.rows == k.c.rows() {
		k.sensitivity(where, op, got, want)
	}
}

// sensitivity plants faults of 0.1 % in the result, which the comparison must see.
func (k *checker) sensitivity(where string, op nn.Op, got *result, want *expectation) {
	k.t.Helper()
	k.plant(where+", output", got.out, want.out)
	for i := range got.din {
		if k.c.Indices {
			break
		}
		k.plant(fmt.Sprintf("%s, gradient of input %d", where, i+1), got.din[i], want.din[i])
	}
	for i, p := range op.Params() {
		if i < len(got.grads) && got.grads[i] != nil && !slices.Contains(k.c.NoEffect, p.Name) {
			k.plant(fmt.Sprintf("%s, gradient of parameter %q", where, p.Name), got.grads[i], want.grads[i])
		}
	}
}

func (k *checker) plant(where string, got []float32, want []float64) {
	k.t.Helper()
	faulty := make([]float32, len(got))
	for i, v := range got {
		faulty[i] = v * 1.001
	}
	if differ(faulty, want, k.c.tolerance()) == "" {
		k.faultf("%s: the case would not see a fault of 0.1 %%, as the largest value is %.3g; choose other inputs", where, largest(want))
	}
}

// statistics compares what a pass in training leaves in the statistics.
func (k *checker) statistics(op nn.Op, s *sample) {
	k.t.Helper()
	k.do(op, s, setup{mode: nn.Train})
	var want map[string][]float64
	if k.c.Stats != nil {
		want = k.c.Stats(s.named(op), s.rows, s.inputs()...)
	}
	for _, p := range op.Params() {
		switch {
		case !p.Statistic:
		case want[p.Name] == nil:
			k.faultf("Case.Stats says nothing of statistic %q", p.Name)
		default:
			k.report(fmt.Sprintf("statistic %q after %d rows", p.Name, s.rows), differ(p.Value, want[p.Name], k.c.tolerance()))
		}
	}
}
