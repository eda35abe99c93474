package nn

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// Pair is a number along the rows of an image and one along its columns, as a
// kernel's height and width. A plain number stands for both:
//
//	nn.Conv2D{Filters: 32, Kernel: 3, Stride: nn.PairOf(2, 1)}
//
// 0 is unset. Pairs are comparable, print as 3 or 3×5, and are stored as 3 or
// [3,5].
type Pair int64

// Two different numbers of a Pair have pairBits bits each, under a bit that is
// set.
const (
	pairBits = 31
	pairMost = 1<<pairBits - 1
	pairTwo  = 1 << (2 * pairBits)
)

// PairOf returns the pair of two numbers, each brought into 0 to 2³¹−1.
func PairOf(rows, cols int) Pair {
	rows, cols = min(max(rows, 0), pairMost), min(max(cols, 0), pairMost)
	if rows == cols {
		return Pair(rows)
	}
	return pairTwo | Pair(rows)<<pairBits | Pair(cols)
}

// Rows returns the number along the rows.
func (p Pair) Rows() int {
	if p < pairTwo {
		return int(p)
	}
	return int(p >> pairBits & pairMost)
}

// Cols returns the number along the columns.
func (p Pair) Cols() int {
	if p < pairTwo {
		return int(p)
	}
	return int(p & pairMost)
}

// or returns p, or def where p is unset.
func (p Pair) or(def Pair) Pair {
	if p == 0 {
		return def
	}
	return p
}

// String returns 3 or 3×5.
func (p Pair) String() string {
	if p.Rows() == p.Cols() {
		return strconv.Itoa(p.Rows())
	}
	return fmt.Sprintf("%d×%d", p.Rows(), p.Cols())
}

// MarshalJSON writes 3 or [3,5].
func (p Pair) MarshalJSON() ([]byte, error) {
	if p.Rows() == p.Cols() {
		return strconv.AppendInt(nil, int64(p.Rows()), 10), nil
	}
	return fmt.Appendf(nil, "[%d,%d]", p.Rows(), p.Cols()), nil
}

// UnmarshalJSON reads 3 or [3,5].
func (p *Pair) UnmarshalJSON(text []byte) error {
	var both []int
	err := json.Unmarshal(text, &both)
	if err != nil {
		var one int
		err = json.Unmarshal(text, &one)
		both = []int{one, one}
	}
	if err != nil || len(both) != 2 || min(both[0], both[1]) < 0 || max(both[0], both[1]) > pairMost {
		return fmt.Errorf("%.40s where a number or two in brackets are wanted", text)
	}
	*p = PairOf(both[0], both[1])
	return nil
}
