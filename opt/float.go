// Package opt has the type of optional numbers in descriptions.
package opt

import (
	"encoding/json"
	"strconv"
)

// Float is a number in a description that has a default other than 0.
//
// Its zero value means "not set", and the reader takes the documented default.
// A real zero is written [Zero]. In JSON an unset Float is left out (tag
// omitzero) or null, and a real zero is 0.
type Float float64

// Zero is the real zero of a [Float]: the smallest subnormal number stands for
// it, so that a description with it remains a comparable constant value.
const Zero Float = 5e-324

// Or returns the number, or unset if it is not set.
func (f Float) Or(unset float64) float64 {
	switch f {
	case 0:
		return unset
	case Zero:
		return 0
	}
	return float64(f)
}

// Of returns the Float that holds x, a real zero included.
func Of(x float64) Float {
	if x == 0 {
		return Zero
	}
	return Float(x)
}

// IsSet reports whether a number was given.
func (f Float) IsSet() bool { return f != 0 }

// IsZero reports that no number was given (encoding/json's omitzero asks).
func (f Float) IsZero() bool { return f == 0 }

// String prints the number, or "unset".
func (f Float) String() string {
	if f == 0 {
		return "unset"
	}
	return strconv.FormatFloat(f.Or(0), 'g', -1, 64)
}

// MarshalJSON writes the number, a real zero as 0, and null if it is not set.
func (f Float) MarshalJSON() ([]byte, error) {
	if f == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(f.Or(0))
}

// UnmarshalJSON reads a number; null leaves the Float unset.
func (f *Float) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*f = 0
		return nil
	}
	var x float64
	if err := json.Unmarshal(b, &x); err != nil {
		return err
	}
	*f = Of(x)
	return nil
}
