package nntest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Check checks a layer; see the package comment for what. It reports each fault
// by t.Errorf. It must not run in parallel with other tests, as it counts
// allocations.
func Check(t testing.TB, c Case) {
	t.Helper()
	k := &checker{t: t, c: c}
	if op := k.build(); op != nil {
		k.check(op)
	}
}

// CheckFails checks that Build fails with an error that contains want.
func CheckFails(t testing.TB, layer nn.Layer, in []tensor.Shape, want string) {
	t.Helper()
	if _, err := layer.Build(in); err == nil {
		t.Errorf("%T of %v: Build succeeds, want an error with %q", layer, in, want)
	} else if !strings.Contains(err.Error(), want) {
		t.Errorf("%T of %v: Build fails with %q, want %q", layer, in, err, want)
	}
}

// checker is a check under way.
type checker struct {
	t      testing.TB
	c      Case
	failed bool
}

// faultf reports a fault of the layer.
func (k *checker) faultf(format string, args ...any) {
	k.t.Helper()
	k.failed = true
	k.t.Errorf("%s of %v: %s", describe(k.c.Layer), k.c.In, fmt.Sprintf(format, args...))
}

// describe returns what is stored of a layer, or its type.
func describe(l nn.Layer) string {
	if b, err := nn.MarshalLayer(l); err == nil {
		return string(b)
	}
	return fmt.Sprintf("%T", l)
}

// report reports a fault unless it is "".
func (k *checker) report(where, fault string) bool {
	k.t.Helper()
	if fault != "" {
		k.faultf("%s: %s", where, fault)
	}
	return fault == ""
}

// key is the key of the passes that compare with others.
var key = kernel.Key{Seed: 0x9e3779b97f4a7c15, Step: 3}

// check runs everything, the formula first: the rest makes little sense without.
func (k *checker) check(op nn.Op) {
	k.t.Helper()
	for _, rows := range slices.Compact([]int{k.c.rows(), 1}) {
		k.formulas(op, rows)
	}
	if k.failed {
		return
	}
	s := k.sample(op, k.c.rows())
	k.wants(op, s)
	k.again(op, s)
	k.beside(op, s)
	k.threads(op, s)
	k.allocations(op, s)
	k.rowsAlone(op, s)
	k.rawOutput(op, s)
	k.masks(op, s)
	k.randomness(op, s)
}

// build checks the description and returns an op of it.
func (k *checker) build() nn.Op {
	k.t.Helper()
	op, err := k.c.Layer.Build(k.c.In)
	if err != nil {
		k.faultf("Build: %v", err)
		return nil
	}
	if !op.Out().Equal(k.c.Out) {
		k.faultf("the output has shape %v, want %v", op.Out(), k.c.Out)
		return nil
	}
	if !k.storage() || !k.parameters(op) {
		return nil
	}
	return op
}

// storage checks that the description can be stored and read back.
func (k *checker) storage() bool {
	k.t.Helper()
	b, err := nn.MarshalLayer(k.c.Layer)
	if err != nil {
		k.faultf("%v", err)
		return false
	}
	back, err := nn.UnmarshalLayer(b)
	if err == nil && !reflect.DeepEqual(back, k.c.Layer) {
		err = fmt.Errorf("it comes back as %#v", back)
	}
	if err != nil {
		k.faultf("stored as %s: %v", b, err)
	}
	return err == nil
}

// parameters checks what Params returns.
func (k *checker) parameters(op nn.Op) bool {
	k.t.Helper()
	other, err := k.c.Layer.Build(k.c.In)
	if err != nil {
		k.faultf("the second Build: %v", err)
		return false
	}
	names := map[string]bool{}
	for i, p := range op.Params() {
		switch {
		case p != op.Params()[i]:
			k.faultf("Params returns other pointers at each call")
			return false
		case len(other.Params()) != len(op.Params()):
			k.faultf("two builds have %d and %d parameters", len(op.Params()), len(other.Params()))
			return false
		case p == other.Params()[i]:
			k.faultf("two builds share parameter %q", p.Name)
			return false
		case names[p.Name] || p.Name == "":
			k.faultf("the parameter names are not unique: %q", p.Name)
			return false
		}
		names[p.Name] = true
		if err := p.Check(); err != nil {
			k.faultf("%v", err)
			return false
		}
		if p.Init.IsZero() {
			k.faultf("parameter %q has no initializer", p.Name)
			return false
		}
	}
	return true
}
