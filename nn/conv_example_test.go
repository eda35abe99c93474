package nn_test

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// shapes prints the shape after each layer.
func shapes(in tensor.Shape, layers ...nn.Layer) {
	fmt.Print(in)
	for _, l := range layers {
		op, err := l.Build([]tensor.Shape{in})
		if err != nil {
			fmt.Printf(" %v", err)
			break
		}
		in = op.Out()
		fmt.Print(" → ", in)
	}
	fmt.Println()
}

// Two blocks of convolution and pooling for small images; a number of a Pair that
// is the same along rows and columns is written once.
func ExampleConv2D() {
	relu := act.ReLU
	shapes(tensor.Shape{28, 28, 1},
		nn.Conv2D{Filters: 16, Kernel: 3, Activation: relu, Padding: nn.Same},
		nn.MaxPool2D{},
		nn.Conv2D{Filters: 32, Kernel: nn.PairOf(3, 5), Stride: nn.PairOf(1, 2), Activation: relu},
		nn.GlobalAveragePool2D{})
	text, err := nn.MarshalLayer(nn.Conv2D{Filters: 32, Kernel: nn.PairOf(3, 5), Stride: 2, Padding: nn.Same})
	fmt.Println(string(text), err)
	// Output:
	// (28×28×1) → (28×28×16) → (14×14×16) → (12×5×32) → (32)
	// {"type":"Conv2D","Filters":32,"Kernel":[3,5],"Stride":2,"Padding":"same"} <nil>
}

// Dilation doubles from layer to layer, so that the last step sees the 15 before
// it and none after (van den Oord et al. 2016).
func ExampleConv1D() {
	causal := nn.Conv1D{Filters: 8, Kernel: 2, Padding: nn.Causal, Activation: act.ReLU}
	var layers []nn.Layer
	for _, d := range []int{1, 2, 4, 8} {
		causal.Dilation = d
		layers = append(layers, causal)
	}
	shapes(tensor.Shape{24, 1}, layers...)
	// Output: (24×1) → (24×8) → (24×8) → (24×8) → (24×8)
}

// A separable convolution has far fewer weights than a full one.
func ExampleSeparableConv2D() {
	for _, l := range []nn.Layer{nn.Conv2D{Filters: 64, Kernel: 3}, nn.SeparableConv2D{Filters: 64, Kernel: 3}} {
		op, err := l.Build([]tensor.Shape{{28, 28, 32}})
		if err != nil {
			fmt.Println(err)
			return
		}
		weights := 0
		for _, p := range op.Params() {
			weights += p.Shape.Size()
		}
		fmt.Println(weights)
	}
	// Output:
	// 18496
	// 2400
}

// An encoder halves an image twice, and transposed convolutions bring it back.
func ExampleConvTranspose2D() {
	shapes(tensor.Shape{28, 28, 1},
		nn.Conv2D{Filters: 8, Kernel: 3, Stride: 2, Padding: nn.Same},
		nn.Conv2D{Filters: 16, Kernel: 3, Stride: 2, Padding: nn.Same},
		nn.ConvTranspose2D{Filters: 8, Kernel: 3, Stride: 2, Padding: nn.Same},
		nn.ConvTranspose2D{Filters: 1, Kernel: 3, Stride: 2, Padding: nn.Same})
	// Output: (28×28×1) → (14×14×8) → (7×7×16) → (14×14×8) → (28×28×1)
}

func ExampleUpSample2D() {
	shapes(tensor.Shape{4, 6, 3}, nn.UpSample2D{Bilinear: true}, nn.ZeroPad2D{Around: 1, Top: 2}, nn.Crop2D{Left: 4})
	// Output: (4×6×3) → (8×12×3) → (12×14×3) → (12×10×3)
}

func ExamplePair() {
	for _, p := range []nn.Pair{3, nn.PairOf(3, 3), nn.PairOf(3, 5)} {
		fmt.Println(p, p.Rows(), p.Cols(), p == 3)
	}
	// Output:
	// 3 3 3 true
	// 3 3 3 true
	// 3×5 3 5 false
}
