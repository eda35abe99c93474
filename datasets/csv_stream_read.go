package datasets

import (
	"context"
	"iter"

	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/tensor"
)

// csvChunk is some encoded rows, each its features and then its target, or why
// there are none.
type csvChunk struct {
	values []float32
	err    error
}

// chunkRows is the number of rows that are encoded at a time, chunksAhead how many
// such chunks are read before they are asked for.
const (
	chunkRows   = 2048
	chunksAhead = 2
)

// Batches yields the rows in batches; they are read and encoded while the caller
// works. Unless InOrder, the rows are shuffled by (Seed, Epoch) among those in the
// buffer. It fails as ReadCSV and [Encoder.Apply] do, naming the line, and if the
// file no longer has the rows that Open found.
func (c *CSVSource) Batches(ctx context.Context, plan BatchPlan) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		chunks := make(chan csvChunk, chunksAhead)
		done := make(chan struct{})
		defer func() { cancel(); <-done }()
		go func() {
			defer close(done)
			defer close(chunks)
			if err := c.read(ctx, chunks); err != nil {
				send(ctx, chunks, csvChunk{err: err})
			}
		}()
		b := newCSVBatcher(c, plan)
		for chunk := range chunks {
			if chunk.err != nil {
				yield(Batch{}, chunk.err)
				return
			}
			if !b.take(chunk.values, yield) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(Batch{}, err)
			return
		}
		b.finish(yield)
	}
}

// send reports whether the chunk was taken before ctx ended.
func send(ctx context.Context, to chan<- csvChunk, chunk csvChunk) bool {
	select {
	case to <- chunk:
		return true
	case <-ctx.Done():
		return false
	}
}

// read encodes the source's rows chunk by chunk.
func (c *CSVSource) read(ctx context.Context, to chan<- csvChunk) error {
	var whole, block *csvParser
	rows, total := 0, 0
	options := c.stream.Options
	options.Kinds = c.kinds
	flush := func() error {
		values, err := c.encode(block)
		if err == nil && !send(ctx, to, csvChunk{values: values}) {
			err = ctx.Err()
		}
		block = whole.block(options)
		return err
	}
	err := c.stream.eachRecord(ctx, func(p *csvParser) error {
		whole, block = p, p.block(options)
		return nil
	}, func(row int, record []string, line int) error {
		total++
		if c.stream.isHeld(row) != c.heldOut {
			return nil
		}
		rows++
		if err := block.addRow(record, line); err != nil || block.rows < chunkRows {
			return err
		}
		return flush()
	})
	if err == nil && block.rows > 0 {
		err = flush()
	}
	if err == nil && (rows != c.rows || total != c.total) {
		err = block.table.fault("", "the file has %d rows, but had %d when it was opened", total, c.total)
	}
	return err
}

// encode returns a block's rows, each with its target behind.
func (c *CSVSource) encode(block *csvParser) ([]float32, error) {
	t, err := block.finish()
	if err != nil {
		return nil, err
	}
	d, err := c.encoder.Apply(t)
	if err != nil {
		return nil, err
	}
	if c.scaler != nil {
		d = c.scaler.Apply(d)
	}
	if c.targets != nil {
		d = c.targets.ApplyTarget(d)
	}
	n := d.Features()
	values := make([]float32, 0, d.Rows()*(n+1))
	for i := range d.Rows() {
		for _, x := range d.X.RawRowView(i) {
			values = append(values, float32(x))
		}
		values = append(values, float32(d.Y.At(i, 0)))
	}
	return values, nil
}

// csvBatcher puts rows into an order and into batches.
type csvBatcher struct {
	width   int            // of a row with its target
	size    int            // rows of a batch
	skip    int            // batches that are left out
	x, y    *tensor.Tensor // room for a batch
	filled  int            // rows of the batch under way
	batch   Batch
	random  *random.Source // nil: in order
	waiting []float32      // the rows to shuffle among
	most    int            // of them
}

func newCSVBatcher(c *CSVSource, plan BatchPlan) *csvBatcher {
	b := &csvBatcher{width: c.width() + 1, size: plan.SizeFor(c.rows), skip: plan.Skip, most: or(c.stream.Buffer, defaultBufferRows)}
	b.x, b.y = tensor.New(b.size, b.width-1), tensor.New(b.size, 1)
	b.batch = Batch{Inputs: []*tensor.Tensor{{}}, Targets: []*tensor.Tensor{{}}}
	if !plan.InOrder {
		b.random = random.New(random.Derive(plan.Seed, uint64(plan.Epoch), 2))
	}
	return b
}

// take puts rows into the buffer, and those whose place they get into batches. It
// reports whether to go on.
func (b *csvBatcher) take(rows []float32, yield func(Batch, error) bool) bool {
	for ; len(rows) > 0; rows = rows[b.width:] {
		row := rows[:b.width]
		switch {
		case b.random == nil:
			if !b.emit(row, yield) {
				return false
			}
		case len(b.waiting) < b.most*b.width:
			b.waiting = append(b.waiting, row...)
		default:
			place := b.row(b.random.IntN(b.most))
			if !b.emit(place, yield) {
				return false
			}
			copy(place, row)
		}
	}
	return true
}

// row returns row k of those that wait.
func (b *csvBatcher) row(k int) []float32 { return b.waiting[k*b.width : (k+1)*b.width] }

// emit adds a row to the batch, and yields it when it is full.
func (b *csvBatcher) emit(row []float32, yield func(Batch, error) bool) bool {
	copy(b.x.Row(b.filled), row)
	b.y.Data()[b.filled] = row[b.width-1]
	b.filled++
	return b.filled < b.size || b.yield(yield)
}

// yield yields the batch unless it is to be left out.
func (b *csvBatcher) yield(yield func(Batch, error) bool) bool {
	rows := b.filled
	b.filled = 0
	if b.skip > 0 {
		b.skip--
		return true
	}
	b.batch.Inputs[0].SetSlice(b.x, 0, rows)
	b.batch.Targets[0].SetSlice(b.y, 0, rows)
	return yield(b.batch, nil)
}

// finish yields the rows that wait, in random order, and the last batch.
func (b *csvBatcher) finish(yield func(Batch, error) bool) {
	if b.random != nil {
		for _, k := range b.random.Perm(len(b.waiting) / b.width) {
			if !b.emit(b.row(k), yield) {
				return
			}
		}
	}
	if b.filled > 0 {
		b.yield(yield)
	}
}
