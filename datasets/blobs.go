package datasets

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/internal/npyrandom"
	"github.com/goodfit-ml/goodfit/opt"
)

// Blobs draws Gaussian clusters, one for each class: scikit-learn's make_blobs.
// X has Features columns, Y one column of class indices.
type Blobs struct {
	// Samples is the number of rows, 0 means 100. Each centre gets as many; the
	// first ones get one more where they do not divide.
	Samples int
	// Counts are the rows of each centre, in place of Samples. Nil: Samples.
	Counts []int
	// Features is the number of columns, 0 means 2, or the width of Locations.
	Features int
	// Centers is the number of classes, 0 means 3, or as many as Counts,
	// Locations or Stds has.
	Centers int
	// Locations are the centres, in place of random ones. Nil: random.
	Locations [][]float64
	// Low and High bound the coordinates of random centres, −10 and 10 by default.
	Low, High opt.Float
	// Std is the standard deviation in every direction, 1 by default.
	Std opt.Float
	// Stds has a standard deviation for each centre, in place of Std. Nil: Std.
	Stds []float64
	// NoShuffle leaves the rows in the order of their classes.
	NoShuffle bool
	// Seed decides all draws, see [Generator].
	Seed uint64
}

// Check reports the first argument that Make cannot take.
func (b Blobs) Check() error {
	const name = "Blobs"
	err := firstError(
		atLeast(name, "Samples", b.Samples, 0), atLeast(name, "Features", b.Features, 0),
		atLeast(name, "Centers", b.Centers, 0), spread(name, "Std", b.Std.Or(1)),
		finite(name, "Low", b.Low.Or(-10)), finite(name, "High", b.High.Or(10)),
		finite(name, "High − Low", b.High.Or(10)-b.Low.Or(-10)),
		b.checkCenters("Counts", len(b.Counts)), b.checkCenters("Locations", len(b.Locations)),
		b.checkCenters("Stds", len(b.Stds)))
	rows := 0
	for i, n := range b.Counts {
		err = firstError(err, atLeast(name, fmt.Sprintf("Counts[%d]", i), n, 0))
		rows += n
	}
	if err == nil && b.Counts != nil && rows == 0 {
		err = fmt.Errorf("datasets: Blobs: Counts has no rows")
	}
	for i, s := range b.Stds {
		err = firstError(err, spread(name, fmt.Sprintf("Stds[%d]", i), s))
	}
	return firstError(err, b.checkLocations())
}

// checkCenters reports a list that is not as long as there are centres.
func (b Blobs) checkCenters(field string, n int) error {
	if want := b.centers(); n != 0 && n != want {
		return fmt.Errorf("datasets: Blobs: %s has %d entries for %d centres", field, n, want)
	}
	return nil
}

func (b Blobs) checkLocations() error {
	for i, row := range b.Locations {
		if len(row) == 0 || len(row) != b.features() {
			return fmt.Errorf("datasets: Blobs: Locations[%d] has %d coordinates, want %d", i, len(row), b.features())
		}
		for j, v := range row {
			if err := finite("Blobs", fmt.Sprintf("Locations[%d][%d]", i, j), v); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b Blobs) centers() int {
	for _, n := range []int{b.Centers, len(b.Counts), len(b.Locations), len(b.Stds)} {
		if n > 0 {
			return n
		}
	}
	return 3
}

func (b Blobs) features() int {
	switch {
	case b.Features > 0:
		return b.Features
	case len(b.Locations) > 0:
		return len(b.Locations[0])
	}
	return 2
}

func (b Blobs) counts() []int {
	if b.Counts != nil {
		return b.Counts
	}
	n := b.Samples
	if n == 0 {
		n = defaultSamples
	}
	return evenCounts(n, b.centers())
}

func (b Blobs) std(center int) float64 {
	if b.Stds != nil {
		return b.Stds[center]
	}
	return b.Std.Or(1)
}

// Make draws the data set. It panics with the error of Check.
func (b Blobs) Make() *Dataset {
	d, _ := b.MakeWithCenters()
	return d
}

// MakeWithCenters is Make and also returns the centres, a row for each class.
func (b Blobs) MakeWithCenters() (*Dataset, *mat.Dense) {
	mustBeFine(b.Check())
	draw := npyrandom.New(b.Seed)
	centers := b.locations(draw)
	counts, width := b.counts(), b.features()
	y := classColumn(counts)
	rows, _ := y.Dims()
	x := make([]float64, 0, rows*width)
	for i, n := range counts {
		center, std := centers.RawRowView(i), b.std(i)
		for range n {
			for _, c := range center {
				x = append(x, c+float64(std*draw.Normal()))
			}
		}
	}
	d := &Dataset{X: mat.NewDense(rows, width, x), Y: y}
	if !b.NoShuffle {
		d = d.Take(draw.Perm(rows))
	}
	return d, centers
}

// locations returns the centres, drawn where none are given.
func (b Blobs) locations(draw *npyrandom.State) *mat.Dense {
	m := mat.NewDense(b.centers(), b.features(), nil)
	for i := range b.centers() {
		row := m.RawRowView(i)
		if b.Locations != nil {
			copy(row, b.Locations[i])
			continue
		}
		for j := range row {
			row[j] = draw.Uniform(b.Low.Or(-10), b.High.Or(10))
		}
	}
	return m
}
