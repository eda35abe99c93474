package act_test

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/nn/act"
)

func ExampleParse() {
	f, err := act.Parse("leaky_relu(0.1)")
	fmt.Println(f == act.LeakyReLU(0.1), err)
	_, err = act.Parse("relu7")
	fmt.Println(err != nil)
	// Output:
	// true <nil>
	// true
}

func ExampleFunc_Forward() {
	x := []float32{-2, 0, 3}
	y := make([]float32, 3)
	act.ReLU.Forward(y, x, 3)
	fmt.Println(y)
	act.Softmax.Forward(y, []float32{1, 1, 1}, 3)
	fmt.Println(y)
	// Output:
	// [0 0 3]
	// [0.33333334 0.33333334 0.33333334]
}
