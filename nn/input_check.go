package nn

// InputChecker is an [Op] that takes only some values. A model asks it about the
// data of an input that it reads, before they are used.
type InputChecker interface {
	Op
	// CheckInput fails on the first value of input k, any number of rows one after
	// the other, that the op does not take, with its row, from 0.
	CheckInput(k int, x []float32) error
}
