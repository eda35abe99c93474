package nn

import (
	"fmt"
	"slices"
	"strings"
)

// initNames are the initializers with a name of their own.
var initNames = []struct {
	name string
	init Init
}{
	{"default", Init{}}, {"zeros", Zeros}, {"ones", Ones},
	{"glorot_uniform", GlorotUniform}, {"glorot_normal", GlorotNormal},
	{"he_uniform", HeUniform}, {"he_normal", HeNormal},
	{"lecun_uniform", LeCunUniform}, {"lecun_normal", LeCunNormal},
	{"forget_bias", ForgetBias},
}

// initForms are the initializers with numbers: their names, and how many numbers
// they take.
var initForms = [...]struct {
	name    string
	numbers int
}{
	constant: {"constant", 1}, uniform: {"uniform", 2}, normal: {"normal", 2},
	truncatedNormal: {"truncated_normal", 2}, varianceScaling: {"variance_scaling", 1},
	orthogonal: {"orthogonal", 1}, identity: {"identity", 1},
}

var (
	fanNames  = []string{FanIn: "fan_in", FanOut: "fan_out", FanAverage: "fan_avg"}
	drawNames = []string{DrawTruncated: "truncated_normal", DrawNormal: "normal", DrawUniform: "uniform"}
)

// String returns the name of the fan as Keras writes it: fan_in, fan_out, fan_avg.
func (f Fan) String() string { return nameOf(fanNames, int(f)) }

// String returns the name of the distribution: truncated_normal, normal, uniform.
func (d Draw) String() string { return nameOf(drawNames, int(d)) }

func nameOf(names []string, k int) string {
	if k < len(names) {
		return names[k]
	}
	return fmt.Sprintf("unknown(%d)", k)
}

// String returns the name and the numbers, as he_normal or uniform(-0.05, 0.05).
func (i Init) String() string {
	for _, n := range initNames {
		if n.init == i {
			return n.name
		}
	}
	form := initForms[i.kind]
	args := []string{number(i.a), number(i.b)}[:form.numbers]
	if i.kind == varianceScaling {
		args = append(args, i.fan.String(), i.draw.String())
	}
	return call(form.name, args)
}

// ParseInit reads what [Init.String] prints. It fails on an unknown name, and
// lists the known ones, and on numbers out of range.
func ParseInit(s string) (Init, error) {
	name, args, err := parseCall(s)
	if err != nil {
		return Init{}, fmt.Errorf("initializer %w", err)
	}
	for _, n := range initNames {
		if n.name == name && args == nil {
			return n.init, nil
		}
	}
	for kind, form := range initForms {
		if form.name == name && name != "" {
			return parseInit(initKind(kind), args, s)
		}
	}
	return Init{}, fmt.Errorf("unknown initializer %q; known are %s", s, strings.Join(knownInits(), ", "))
}

func parseInit(kind initKind, args []string, s string) (Init, error) {
	form, want := initForms[kind], initForms[kind].numbers
	if kind == varianceScaling {
		want += 2
	}
	if len(args) != want {
		return Init{}, fmt.Errorf("initializer %q has %d arguments, want %d", s, len(args), want)
	}
	x, err := numbers(args[:form.numbers])
	if err != nil {
		return Init{}, fmt.Errorf("initializer %q: %w", s, err)
	}
	i := Init{kind: kind, a: x[0]}
	if form.numbers == 2 {
		i.b = x[1]
	}
	if kind == varianceScaling {
		fan, draw := slices.Index(fanNames, args[1]), slices.Index(drawNames, args[2])
		if fan < 0 || draw < 0 {
			return Init{}, fmt.Errorf("initializer %q: want a fan of %q and a distribution of %q", s, fanNames, drawNames)
		}
		i.fan, i.draw = Fan(fan), Draw(draw)
	}
	return i, i.check()
}

func knownInits() (known []string) {
	for _, n := range initNames {
		known = append(known, n.name)
	}
	for _, f := range initForms[constant:] {
		known = append(known, f.name+"(…)")
	}
	return known
}

// IsZero reports whether i is the layer's default (encoding/json's omitzero asks).
func (i Init) IsZero() bool { return i == Init{} }

// MarshalText writes the text of [Init.String]; it fails on numbers out of range.
func (i Init) MarshalText() ([]byte, error) { return []byte(i.String()), i.check() }

// UnmarshalText reads what [ParseInit] reads.
func (i *Init) UnmarshalText(b []byte) error {
	parsed, err := ParseInit(string(b))
	if err == nil {
		*i = parsed
	}
	return err
}
