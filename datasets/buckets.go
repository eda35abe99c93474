package datasets

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Buckets is a [Source] of padded sequences in batches of like length, whose rows
// are padding in the same steps: what leaves out steps that no row has, has less to
// do. The length of an example is that of the mask of the first input, up to its
// last step that counts; all batches have the same shape.
//
// Each epoch shuffles the rows, sorts them by length, as coarse as Width, cuts them
// into batches and shuffles these. With InOrder the rows stay in their order.
type Buckets struct {
	Data *Tensors
	// Width is the range of lengths that count as like; 0 means 1.
	Width int
}

// Layout is that of Data.
func (b Buckets) Layout() Layout { return b.Data.Layout() }

// Check fails if Data has no mask or is at fault itself, or if Width is negative.
func (b Buckets) Check() error {
	switch {
	case b.Data == nil:
		return fmt.Errorf("datasets: buckets without data")
	case len(b.Data.Masks) == 0 || b.Data.Masks[0] == nil:
		return fmt.Errorf("datasets: buckets of data whose first input has no mask, so that no lengths are known")
	case b.Width < 0:
		return fmt.Errorf("datasets: buckets %d steps wide, want at least 1", b.Width)
	}
	return b.Data.Check()
}

// Batches yields the rows in batches of like length.
func (b Buckets) Batches(ctx context.Context, plan BatchPlan) iter.Seq2[Batch, error] {
	if plan.InOrder {
		return b.Data.Batches(ctx, plan)
	}
	return func(yield func(Batch, error) bool) {
		if err := b.Check(); err != nil {
			yield(Batch{}, err)
			return
		}
		c := newCutter(b.Data, plan)
		batches := b.order(c, random.New(random.Derive(plan.Seed, uint64(plan.Epoch), 1)))
		for _, k := range batches[min(plan.Skip, len(batches)):] {
			if err := ctx.Err(); err != nil {
				yield(Batch{}, err)
				return
			}
			if !yield(c.cut(k*c.size, min((k+1)*c.size, c.rows)), nil) {
				return
			}
		}
	}
}

// order sorts the cutter's rows by length and returns the order of the batches.
func (b Buckets) order(c *cutter, r *random.Source) []int {
	lengths := lengthsOf(b.Data.Masks[0])
	width := max(b.Width, 1)
	slices.SortStableFunc(c.order, func(i, j int) int { return lengths[i]/width - lengths[j]/width })
	return r.Perm((c.rows + c.size - 1) / c.size)
}

// lengthsOf returns for each row of a mask 1 + its last step that counts.
func lengthsOf(mask *tensor.Tensor) []int {
	lengths := make([]int, mask.Rows())
	for i := range lengths {
		for s, v := range mask.Row(i) {
			if v != 0 {
				lengths[i] = s + 1
			}
		}
	}
	return lengths
}
