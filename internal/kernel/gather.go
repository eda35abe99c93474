package kernel

import "fmt"

// GatherRows copies row rows[i] of src to row i of dst; rows are width elements
// long. It panics if dst is too short or an index lies outside src.
func GatherRows(dst, src []float32, rows []int, width int) {
	if width < 0 || len(dst) < len(rows)*width {
		panic(fmt.Sprintf("kernel: GatherRows of %d rows of %d elements: dst has %d", len(rows), width, len(dst)))
	}
	switch width { // a call of copy costs more than the copy of one or two
	case 0:
	case 1:
		for i, r := range rows {
			dst[i] = src[r]
		}
	case 2:
		for i, r := range rows {
			from, to := src[2*r:2*r+2], dst[2*i:2*i+2]
			to[0], to[1] = from[0], from[1]
		}
	default:
		for i, r := range rows {
			copy(dst[i*width:(i+1)*width], src[r*width:(r+1)*width])
		}
	}
}
