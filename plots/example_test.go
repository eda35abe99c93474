package plots_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/plots"
)

func ExampleLearningCurve() {
	history := curves.New(3,
		curves.Series{Name: "loss", Direction: curves.Minimize},
		curves.Series{Name: "val_loss", Direction: curves.Minimize})
	for _, epoch := range [][2]float64{{1.2, 1.3}, {0.8, 0.9}, {0.6, 0.95}} {
		if err := history.Append(epoch[0], epoch[1]); err != nil {
			fmt.Println(err)
			return
		}
	}
	dir, err := os.MkdirTemp("", "plots")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	figure := plots.LearningCurve{Title: "Loss", History: history, Marks: []plots.Mark{{Name: "best epoch 2", X: 2}}}
	fmt.Println(figure.Save(filepath.Join(dir, "curves.png")))
	// Output: <nil>
}

func ExampleGrid() {
	grid := plots.Grid{Title: "Test accuracy by learning rate", Columns: 3, ShareX: true, ShareY: true}
	for i, rate := range []string{"1", "0.1", "0.01"} {
		grid.Figures = append(grid.Figures, plots.Lines{
			Title: rate, X: "epoch", Y: "accuracy",
			Lines: []plots.Line{{Name: "train", Y: []float64{0.3, 0.5 + 0.1*float64(i), 0.6 + 0.1*float64(i)}}},
		})
	}
	image, err := plots.Image(grid)
	fmt.Println(image.Bounds().Dx(), err)
	// Output: 945 <nil>
}

func ExampleLines_Save() {
	err := plots.Lines{Lines: []plots.Line{{Y: []float64{1, 2}}}}.Save("figure.bmp")
	fmt.Println(err)
	// Output: plots: save figure.bmp: extension ".bmp"; want .png or .svg
}
