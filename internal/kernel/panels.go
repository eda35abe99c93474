package kernel

import "fmt"

// panelWidth is the number of columns of a panel: those of the widest tile.
const panelWidth = 64

// Panels is the right operand of products that are run many times: a matrix
// K×N, stored as panels of 64 columns, so that rows of a panel are contiguous.
// Several goroutines may multiply by it at once. Packing it again allocates
// nothing if the matrix is not larger.
type Panels struct {
	k, n int
	data []float32
	// plain is the matrix itself, with rows ld apart, where packing does not pay.
	plain []float32
	ld    int
}

// Pack makes p the K×N matrix b, whose rows are ldb apart. It panics if b is too
// short.
func (p *Panels) Pack(b []float32, k, n, ldb int) {
	p.reserve("Pack", b, k, n, ldb, k, n)
	for j := 0; j < n; j += panelWidth {
		width := min(panelWidth, n-j)
		panel := p.data[j*k:]
		for i := range k {
			copy(panel[i*panelWidth:][:width], b[i*ldb+j:])
		}
	}
}

// PackTransposed makes p the transpose, K×N, of the N×K matrix b, whose rows are
// ldb apart. It panics if b is too short.
func (p *Panels) PackTransposed(b []float32, k, n, ldb int) {
	p.reserve("PackTransposed", b, n, k, ldb, k, n)
	for j := 0; j < n; j += panelWidth {
		transpose(p.data[j*k:], panelWidth, b[j*ldb:], ldb, min(panelWidth, n-j), k)
	}
}

// Refer makes p the K×N matrix b, whose rows are ldb apart, without packing: for
// few rows in few products. It panics if b is too short.
func (p *Panels) Refer(b []float32, k, n, ldb int) {
	p.fit("Refer", b, k, n, ldb)
	p.k, p.n, p.plain, p.ld = k, n, b, ldb
}

// reserve makes room for K×N elements of b, stored rows×cols.
func (p *Panels) reserve(name string, b []float32, rows, cols, ldb, k, n int) {
	p.fit(name, b, rows, cols, ldb)
	if need := (n + panelWidth - 1) / panelWidth * panelWidth * k; len(p.data) < need {
		p.data = make([]float32, need)
	}
	p.k, p.n, p.plain = k, n, nil
}

func (p *Panels) fit(name string, b []float32, rows, cols, ldb int) {
	if !fits(len(b), rows, cols, ldb) {
		panic(fmt.Sprintf("kernel: Panels.%s of %d×%d elements, rows %d apart: it has %d", name, rows, cols, ldb, len(b)))
	}
}

// AddProduct is C += A·p + bias: m rows of A (m×K) and C (m×N), lda and ldc apart;
// bias is nil for none. Each element is one chain of fused multiply-adds in
// ascending k that starts from C. It panics if a slice is too short.
func (p *Panels) AddProduct(c []float32, ldc int, a []float32, lda, m int, bias []float32) {
	p.product(Gemm{M: m, K: p.k, A: a, LDA: lda, C: c, LDC: ldc, Bias: bias, Accumulate: true})
}

// Product is [Panels.AddProduct] with chains that start from +0.
func (p *Panels) Product(c []float32, ldc int, a []float32, lda, m int, bias []float32) {
	p.product(Gemm{M: m, K: p.k, A: a, LDA: lda, C: c, LDC: ldc, Bias: bias})
}

func (p *Panels) product(g Gemm) {
	if g.M == 0 {
		return
	}
	if p.plain != nil {
		g.N, g.B, g.LDB = p.n, p.plain, p.ld
		g.check()
		g.region(span{0, g.M}, span{0, g.N}, nil)
		return
	}
	g.LDB = panelWidth
	for j := 0; j < p.n; j += panelWidth {
		g.N, g.B = min(panelWidth, p.n-j), p.data[j*p.k:]
		g.check()
		g.region(span{0, g.M}, span{0, g.N}, nil)
		if g.N == panelWidth && j+panelWidth < p.n {
			g.C = g.C[panelWidth:]
			if g.Bias != nil {
				g.Bias = g.Bias[panelWidth:]
			}
		}
	}
}
