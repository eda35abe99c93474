package nntest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
)

// setups are the ways in which models run passes.
var setups = []setup{{mode: nn.Train, key: key}, {mode: nn.Train, frozen: true, key: key}, {mode: nn.Infer, key: key}}

// wants checks that gradients that are not wanted change nothing in the others.
func (k *checker) wants(op nn.Op, s *sample) {
	k.t.Helper()
	for _, how := range setups[:2] {
		all := k.do(op, s, how)
		for i := range all.din {
			how.noInput = i + 1
			k.compareWanted(fmt.Sprintf("%v, without the gradient of input %d", how, i+1), k.do(op, s, how), all)
		}
		how.noInput = -1
		k.compareWanted(fmt.Sprintf("%v, without gradients of inputs", how), k.do(op, s, how), all)
		how.noInput = 0
		for i := range all.grads {
			how.noParam = i + 1
			k.compareWanted(fmt.Sprintf("%v, without the gradient of parameter %d", how, i+1), k.do(op, s, how), all)
		}
		how.noParam = -1
		k.compareWanted(fmt.Sprintf("%v, without gradients of parameters", how), k.do(op, s, how), all)
	}
}

// compareWanted compares the gradients that got has.
func (k *checker) compareWanted(where string, got, all *result) {
	k.t.Helper()
	want := &result{out: all.out, din: make([][]float32, len(all.din)), grads: make([][]float32, len(all.grads))}
	for i := range got.din {
		if got.din[i] != nil {
			want.din[i] = all.din[i]
		}
	}
	for i := range got.grads {
		if got.grads[i] != nil {
			want.grads[i] = all.grads[i]
		}
	}
	k.report(where, differResult(got, want))
}

// again checks that a pass that is used for one batch after the other has the
// same bits for the same batch.
func (k *checker) again(op nn.Op, s *sample) {
	k.t.Helper()
	for _, how := range setups {
		first := k.do(op, s, how)
		between := newSample(&k.c, op, s.rows, 99)
		load(op, s)
		r := newRun(op, s, how)
		for range 2 {
			r.do(between)
			for i, p := range op.Params() {
				copy(p.Value, s.params[i])
			}
			got, _ := r.do(s)
			for i, p := range op.Params() {
				copy(p.Value, s.params[i])
			}
			k.report(how.String()+", a second time", differResult(got, first))
		}
	}
}

// beside checks that passes do not disturb each other, one after the other and at
// the same time. Training that gathers statistics needs the op for itself.
func (k *checker) beside(op nn.Op, s *sample) {
	k.t.Helper()
	other := newSample(&k.c, op, s.rows, 98)
	other.params = s.params
	for _, how := range setups {
		if how == setups[0] && gathers(op) {
			continue
		}
		wants := []*result{k.do(op, s, how), k.do(op, other, how)}
		load(op, s)
		var group sync.WaitGroup
		faults := make([]string, 6)
		for i := range faults {
			data := []*sample{s, other}[i%2]
			r := newRun(op, data, how)
			group.Go(func() {
				for range 3 {
					got, _ := r.do(data)
					faults[i] += differResult(got, wants[i%2])
				}
			})
		}
		group.Wait()
		for _, fault := range faults {
			if !k.report(how.String()+", several passes at once", fault) {
				break
			}
		}
	}
}

func gathers(op nn.Op) bool {
	for _, p := range op.Params() {
		if p.Statistic {
			return true
		}
	}
	return false
}

// threads runs parts on goroutines of their own.
type threads struct{ width int }

func (t threads) Width() int { return t.width }

func (t threads) Run(n int, task kernel.Task) {
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { task.Part(i, n) })
	}
	group.Wait()
}

// threads checks that the number of threads changes no bit.
func (k *checker) threads(op nn.Op, s *sample) {
	k.t.Helper()
	for _, how := range setups {
		want := k.do(op, s, how)
		for _, width := range []int{1, 3} {
			how.runner = threads{width}
			k.report(fmt.Sprintf("%v, on %d threads", how, width), differResult(k.do(op, s, how), want))
		}
	}
}

// allocations checks that passes allocate nothing.
func (k *checker) allocations(op nn.Op, s *sample) {
	k.t.Helper()
	for _, how := range setups {
		load(op, s)
		r := newRun(op, s, how)
		r.forward(s)
		if n := testing.AllocsPerRun(3, func() { op.Forward(r.pass) }); n != 0 {
			k.faultf("%v: Forward allocates %g times", how, n)
		}
		if how.mode != nn.Train {
			continue
		}
		if n := testing.AllocsPerRun(3, func() { op.Backward(r.pass) }); n != 0 {
			k.faultf("%v: Backward allocates %g times", how, n)
		}
	}
}

// rowsAlone checks that in use each row's output depends on that row alone.
func (k *checker) rowsAlone(op nn.Op, s *sample) {
	k.t.Helper()
	how := setup{mode: nn.Infer}
	all := k.do(op, s, how)
	for r := range s.rows {
		alone := k.do(op, s.row(r), how)
		if !k.report(fmt.Sprintf("in use, row %d without the others", r), differBits(alone.out, rowOf(all.out, r, s.rows))) {
			return
		}
	}
}

// rawOutput checks an op that can leave out its final activation: the activation
// of the raw output is the output, and the gradient for the raw output leads to
// the same gradients as that for the output.
func (k *checker) rawOutput(op nn.Op, s *sample) {
	k.t.Helper()
	raw, ok := op.(nn.Raw)
	if !ok {
		return
	}
	f := raw.FinalActivation()
	want := k.do(op, s, setup{mode: nn.Train})
	left := k.do(op, s, setup{mode: nn.Train, raw: true})
	out := make([]float32, len(left.out))
	f.Forward(out, left.out, op.Out().Last())
	k.report("the activation of the raw output", differ(out, float64s(want.out), 1e-6)) // some roundings

	inner := *s
	inner.dout = make([]float32, len(s.dout))
	f.Backward(inner.dout, s.dout, derivedFrom(f, left.out, out), op.Out().Last())
	got := k.do(op, &inner, setup{mode: nn.Train, raw: true})
	for i := range got.din {
		k.report(fmt.Sprintf("with the raw output, gradient of input %d", i+1), differ(got.din[i], float64s(want.din[i]), k.c.tolerance()))
	}
	for i := range got.grads {
		k.report(fmt.Sprintf("with the raw output, gradient of parameter %d", i+1), differ(got.grads[i], float64s(want.grads[i]), k.c.tolerance()))
	}
}

// masks checks what an op does where a ReLU stands before it or at its end: it
// multiplies the input's gradient by the derivative of the one, and leaves out the
// other's, which is in the gradient that it gets.
func (k *checker) masks(op nn.Op, s *sample) {
	k.t.Helper()
	_, before := op.(nn.Masker)
	end, after := op.(nn.Rectified)
	after = after && end.EndsInReLU()
	if !before && !after {
		return
	}
	want := k.do(op, s, setup{mode: nn.Train})
	inner := *s
	if after {
		inner.dout = rectified(s.dout, want.out)
	}
	if before {
		want.din[0] = rectified(want.din[0], s.in[0])
	}
	k.report("with the masks of ReLUs", differResult(k.do(op, &inner, setup{mode: nn.Train, masked: true}), want))
}

// rectified returns x where mask is above zero and else 0.
func rectified(x, mask []float32) []float32 {
	y := make([]float32, len(x))
	for i, m := range mask {
		if m > 0 {
			y[i] = x[i]
		}
	}
	return y
}

// derivedFrom returns what f's derivative is computed from.
func derivedFrom(f act.Func, x, y []float32) []float32 {
	if f.FromOutput() {
		return y
	}
	return x
}
