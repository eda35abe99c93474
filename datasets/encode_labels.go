package datasets

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// OneHot returns a row for each class index with 1 in the column of the class and
// 0 elsewhere. Classes is the number of columns; 0 means the greatest index + 1.
// It fails without indices, or if one is not a whole number in [0, classes).
func OneHot(indices []float64, classes int) (*mat.Dense, error) {
	if len(indices) == 0 {
		return nil, fmt.Errorf("datasets: no class indices")
	}
	if classes == 0 {
		for _, x := range indices {
			if x < maxClasses { // others fail below
				classes = max(classes, int(x)+1)
			}
		}
	}
	if classes < 1 || classes > maxClasses {
		return nil, fmt.Errorf("datasets: %d classes, want 1 to %d", classes, maxClasses)
	}
	out := mat.NewDense(len(indices), classes, nil)
	for row, x := range indices {
		class, err := classAt(row, x, classes)
		if err != nil {
			return nil, err
		}
		out.Set(row, class, 1)
	}
	return out, nil
}

// maxClasses bounds the columns that a mistaken index can ask for.
const maxClasses = 1 << 20

func classAt(row int, x float64, classes int) (int, error) {
	if !(x >= 0 && x < float64(classes)) || x != math.Floor(x) {
		return 0, fmt.Errorf("datasets: row %d: the class index is %v, want a whole number from 0 to %d", row, x, classes-1)
	}
	return int(x), nil
}

// ClassIndices returns the column of the greatest value in each row, the first of
// several: the inverse of [OneHot], and the predicted class where a row holds the
// probabilities of the classes. A NaN is never the greatest.
func ClassIndices(rows mat.Matrix) []float64 {
	n, width := rows.Dims()
	out := make([]float64, n)
	for i := range n {
		best := math.Inf(-1)
		for j := range width {
			if x := rows.At(i, j); x > best {
				best, out[i] = x, float64(j)
			}
		}
	}
	return out
}

// ClassNames returns the name of the class for each index. It fails if an index
// is not a whole number that has a name.
func ClassNames(classes []string, indices []float64) ([]string, error) {
	names := make([]string, len(indices))
	for row, x := range indices {
		class, err := classAt(row, x, len(classes))
		if err != nil {
			return nil, err
		}
		names[row] = classes[class]
	}
	return names, nil
}
