package tensor_test

import (
	"fmt"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/tensor"
)

func Example() {
	t := tensor.FromMatrix(mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6}))
	fmt.Println(t.Rows(), t.Shape(), t.Row(1))
	fmt.Println(t.Reshape(3, 1).Shape())
	// Output:
	// 2 (3) [4 5 6]
	// (3×1)
}

func TestMatrixRoundTrip(t *testing.T) {
	m := mat.NewDense(3, 2, []float64{1, -2, 0.5, 4, 1e-3, 6})
	part := m.Slice(1, 3, 0, 2).(*mat.Dense) // a stride of its own
	back := tensor.FromMatrix(part).Matrix()
	for i := range 2 {
		for j := range 2 {
			if want := float64(float32(part.At(i, j))); back.At(i, j) != want {
				t.Errorf("(%d,%d) is %g, want %g", i, j, back.At(i, j), want)
			}
		}
	}
	if !tensor.New(0, 2).Matrix().IsEmpty() {
		t.Error("no rows make a matrix with values")
	}
}

func TestViewsShareAndClonesDoNot(t *testing.T) {
	a := tensor.Of([]float32{1, 2, 3, 4, 5, 6}, 3, 2)
	var v tensor.Tensor
	v.SetSlice(a, 1, 3)
	for name, view := range map[string]*tensor.Tensor{"Slice": a.Slice(1, 3), "SetSlice": &v, "Reshape": a.Reshape(1, 2).Slice(1, 3)} {
		if view.Rows() != 2 || &view.Data()[0] != &a.Data()[2] {
			t.Errorf("%s does not share rows 1 and 2", name)
		}
	}
	c := a.Clone()
	c.Data()[0] = 9
	if a.Data()[0] != 1 {
		t.Error("a clone shares memory")
	}
	c.SetRows(2)
	if c.Rows() != 2 || len(c.Data()) != 4 {
		t.Errorf("%d rows, %d values", c.Rows(), len(c.Data()))
	}
}

func TestGather(t *testing.T) {
	src, dst := tensor.Of([]float32{1, 2, 3, 4, 5, 6}, 3, 2), tensor.New(4, 2)
	tensor.Gather(dst, src, []int{2, 0, 0, 1})
	if got := fmt.Sprint(dst.Data()); got != "[5 6 1 2 1 2 3 4]" {
		t.Errorf("gathered %s", got)
	}
}

func TestPanicsNameSizes(t *testing.T) {
	for want, f := range map[string]func(){
		"5 values for 2 rows of shape (2), want 4": func() { tensor.Of(make([]float32, 5), 2, 2) },
		"-1 rows":              func() { tensor.New(-1, 2) },
		"axis of length -3":    func() { tensor.New(1, -3) },
		"gather 1 rows of (2)": func() { tensor.Gather(tensor.New(2, 2), tensor.New(1, 2), []int{0}) },
	} {
		func() {
			defer func() {
				if r := fmt.Sprint(recover()); !strings.Contains(r, want) {
					t.Errorf("panic %q, want %q in it", r, want)
				}
			}()
			f()
		}()
	}
}

func TestShape(t *testing.T) {
	s := tensor.Shape{28, 28, 3}
	if s.Size() != 2352 || s.Last() != 3 || s.String() != "(28×28×3)" || !s.Equal(s.Clone()) || s.Equal(tensor.Shape{28, 28}) {
		t.Errorf("%v: size %d, last %d", s, s.Size(), s.Last())
	}
	if tensor.Shape(nil).Valid() || (tensor.Shape{2, 0}).Valid() || !s.Valid() {
		t.Error("a shape without values is valid, or one with values is not")
	}
}
