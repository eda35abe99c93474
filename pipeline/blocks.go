package pipeline

import (
	"fmt"
	"iter"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
)

// blockRows is how many rows of a table are encoded at once to be predicted: encoded,
// where a text may be fifty numbers, a long table may need many times its memory.
const blockRows = 1 << 15

// blocks yields the rows of a table in order, blockRows at once, with the index of the
// first. A table of no more rows is yielded itself.
func blocks(t *datasets.Table) iter.Seq2[int, *datasets.Table] {
	return func(yield func(int, *datasets.Table) bool) {
		if t.Rows() <= blockRows {
			yield(0, t)
			return
		}
		for from := 0; from < t.Rows(); from += blockRows {
			rows := make([]int, min(blockRows, t.Rows()-from))
			for i := range rows {
				rows[i] = from + i
			}
			if !yield(from, t.Take(rows)) {
				return
			}
		}
	}
}

// someRows reports a table without rows.
func someRows(t *datasets.Table) error {
	if t.Rows() == 0 {
		return fmt.Errorf("%s: no rows to predict", t.Name())
	}
	return nil
}

// setRows copies part into the rows of all that begin with from.
func setRows(all *mat.Dense, from int, part *mat.Dense) {
	rows, cols := part.Dims()
	all.Slice(from, from+rows, 0, cols).(*mat.Dense).Copy(part)
}
