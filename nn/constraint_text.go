package nn

import (
	"fmt"
	"slices"
	"strings"
)

var constraintNames = []string{unconstrained: "none", maxNorm: "max_norm", unitNorm: "unit_norm",
	minMaxNorm: "min_max_norm", nonNegative: "non_negative"}

// String returns the name and the numbers, as max_norm(3) or rowwise unit_norm.
func (c Constraint) String() string {
	s := constraintNames[c.kind]
	switch c.kind {
	case maxNorm:
		s = call(s, []string{number(c.hi)})
	case minMaxNorm:
		s = call(s, []string{number(c.lo), number(c.hi), number(c.rate)})
	}
	if c.rowwise {
		s = "rowwise " + s
	}
	return s
}

// ParseConstraint reads what [Constraint.String] prints. It fails on an unknown
// name, and lists the known ones, and on numbers out of range.
func ParseConstraint(s string) (Constraint, error) {
	text, rowwise := strings.CutPrefix(strings.TrimSpace(s), "rowwise ")
	name, args, err := parseCall(text)
	if err != nil {
		return Constraint{}, fmt.Errorf("constraint %w", err)
	}
	kind := slices.Index(constraintNames, name)
	if kind < 0 {
		return Constraint{}, fmt.Errorf("unknown constraint %q; known are %s", s, strings.Join(constraintNames, ", "))
	}
	c, err := parseConstraint(constraintKind(kind), args, s)
	if rowwise && err == nil {
		if c = c.Rowwise(); !c.rowwise {
			return Constraint{}, fmt.Errorf("constraint %q: %s has no norm to take by rows", s, name)
		}
	}
	return c, err
}

func parseConstraint(kind constraintKind, args []string, s string) (c Constraint, err error) {
	want := map[constraintKind]int{maxNorm: 1, minMaxNorm: 3}[kind]
	if len(args) != want {
		return c, fmt.Errorf("constraint %q has %d arguments, want %d", s, len(args), want)
	}
	x, err := numbers(args)
	if err != nil {
		return c, fmt.Errorf("constraint %q: %w", s, err)
	}
	switch kind {
	case maxNorm:
		c = MaxNorm(x[0])
	case unitNorm:
		c = UnitNorm
	case minMaxNorm:
		c = MinMaxNorm(x[0], x[1], x[2])
	case nonNegative:
		c = NonNegative
	}
	return c, c.check()
}

// MarshalText writes the text of [Constraint.String]; it fails on numbers out of
// range.
func (c Constraint) MarshalText() ([]byte, error) { return []byte(c.String()), c.check() }

// UnmarshalText reads what [ParseConstraint] reads.
func (c *Constraint) UnmarshalText(b []byte) error {
	parsed, err := ParseConstraint(string(b))
	if err == nil {
		*c = parsed
	}
	return err
}
