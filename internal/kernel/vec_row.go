package kernel

// AddRow is dst[i,j] = a[i,j] + row[j] over rows of len(row) elements. dst may be
// a. It panics unless dst and a have the same length, a multiple of len(row).
func AddRow(dst, a, row []float32) {
	rows := mustRows("AddRow", len(dst), len(a), len(row))
	if addRowVector(dst, a, row, rows, len(row), 4*len(row)) {
		return
	}
	for i := 0; i < len(a); i += len(row) {
		Add(dst[i:i+len(row)], a[i:i+len(row)], row)
	}
}

// MulRow is dst[i,j] = a[i,j]·row[j]; otherwise as [AddRow].
func MulRow(dst, a, row []float32) {
	rows := mustRows("MulRow", len(dst), len(a), len(row))
	if mulRowVector(dst, a, row, rows, len(row), 4*len(row)) {
		return
	}
	for i := 0; i < len(a); i += len(row) {
		Mul(dst[i:i+len(row)], a[i:i+len(row)], row)
	}
}

// mustRows panics unless the lengths fit, and returns the number of rows.
func mustRows(name string, dst, a, row int) int {
	mustMatch(name, dst, a)
	if row == 0 {
		mustMatch(name+" by rows", a, 0)
		return 0
	}
	if a%row != 0 {
		mustMatch(name+" by rows", a, row)
	}
	return a / row
}
