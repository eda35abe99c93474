package nn

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// call writes name(arg, …).
func call(name string, args []string) string { return name + "(" + strings.Join(args, ", ") + ")" }

// number writes x in the shortest form that reads back exactly.
func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// parseCall reads name or name(arg, …); args is nil without brackets.
func parseCall(s string) (name string, args []string, err error) {
	name, rest, found := strings.Cut(s, "(")
	name = strings.TrimSpace(name)
	if !found {
		return name, nil, nil
	}
	inner, closed := strings.CutSuffix(strings.TrimSpace(rest), ")")
	if !closed {
		return "", nil, fmt.Errorf("%q lacks its closing bracket", s)
	}
	for arg := range strings.SplitSeq(inner, ",") {
		args = append(args, strings.TrimSpace(arg))
	}
	return name, args, nil
}

// numbers reads finite numbers.
func numbers(texts []string) ([]float64, error) {
	x := make([]float64, len(texts))
	for k, t := range texts {
		v, err := strconv.ParseFloat(t, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("%q is not a finite number", t)
		}
		x[k] = v
	}
	return x, nil
}
