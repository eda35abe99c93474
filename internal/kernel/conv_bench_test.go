package kernel_test

import (
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// convolution is a geometry of images with a square kernel and no padding.
func convolution(images, side, channels, filters, size int) kernel.Conv {
	axis := kernel.ConvAxis{Large: side, Small: side - size + 1, Kernel: size, Stride: 1, Dilation: 1}
	return kernel.Conv{Images: images, Y: axis, X: axis, LargeChannels: channels, SmallChannels: filters, Groups: 1}
}

// grouped cuts the channels into groups.
func grouped(c kernel.Conv, groups int) kernel.Conv {
	c.Groups = groups
	return c
}

// BenchmarkConv times the three products of convolutions on one thread.
func BenchmarkConv(b *testing.B) {
	for _, c := range []struct {
		name string
		kernel.Conv
	}{
		{"28x28x1-32", convolution(32, 28, 1, 32, 3)},
		{"26x26x32-64", convolution(32, 26, 32, 64, 3)},
		{"16x16x128-128", convolution(8, 16, 128, 128, 3)},
		{"9x9x256-256", convolution(8, 9, 256, 256, 3)},
		{"32x32x16-16", convolution(16, 32, 16, 16, 3)},
		{"depthwise 32x32x64", grouped(convolution(16, 32, 64, 64, 3), 64)},
		{"depthwise 32x32x64-128", grouped(convolution(16, 32, 64, 128, 3), 64)},
		{"depthwise 32x32x16-64", grouped(convolution(16, 32, 16, 64, 3), 16)},
		{"grouped 32x32x64-64", grouped(convolution(16, 32, 64, 64, 3), 4)},
		{"grouped 8 32x32x64-64", grouped(convolution(16, 32, 64, 64, 3), 8)},
		{"grouped 16 32x32x64-64", grouped(convolution(16, 32, 64, 64, 3), 16)},
		{"grouped 32 32x32x64-64", grouped(convolution(16, 32, 64, 64, 3), 32)},
	} {
		large := make([]float32, c.Images*c.Y.Large*c.X.Large*c.LargeChannels)
		small := make([]float32, c.Images*c.Y.Small*c.X.Small*c.SmallChannels)
		weights := make([]float32, c.KernelSize())
		forward, backward, gradient := c.ToSmall(), c.ToLarge(), c.Weights()
		forward.Src, forward.Dst, forward.Weights = large, small, weights
		backward.Src, backward.Dst, backward.Weights = small, large, weights
		gradient.A, gradient.B, gradient.Dst = large, small, weights
		flop := 2 * float64(len(small)*c.Y.Kernel*c.X.Kernel*c.LargeChannels/c.Groups)
		for _, run := range []struct {
			name string
			f    func(kernel.Runner)
		}{{"forward", forward.Run}, {"input", backward.Run}, {"weights", gradient.Run}} {
			b.Run(c.name+"/"+run.name, func(b *testing.B) {
				for b.Loop() {
					run.f(nil)
				}
				b.ReportMetric(flop*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	}
}
