#include "textflag.h"

// func convolve16AVX(dst, src *float32, stride int, taps *float32, n int)
// Sixteen sums at once, in two registers for the even taps and two for the odd
// ones. Multiply and add stay apart, so that every sum has the bits of the Go version.
TEXT ·convolve16AVX(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ stride+16(FP), DX
	MOVQ taps+24(FP), BX
	MOVQ n+32(FP), CX
	SHLQ $2, DX
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y5, Y5, Y5
	VXORPS Y6, Y6, Y6
	SUBQ $2, CX
	JLT  last
pair:
	VBROADCASTSS (BX), Y2
	VMULPS (SI), Y2, Y3
	VMULPS 32(SI), Y2, Y4
	VADDPS Y3, Y0, Y0
	VADDPS Y4, Y1, Y1
	ADDQ DX, SI
	VBROADCASTSS 4(BX), Y2
	VMULPS (SI), Y2, Y3
	VMULPS 32(SI), Y2, Y4
	VADDPS Y3, Y5, Y5
	VADDPS Y4, Y6, Y6
	ADDQ DX, SI
	ADDQ $8, BX
	SUBQ $2, CX
	JGE  pair
last:
	ADDQ $2, CX
	JZ   done
	VBROADCASTSS (BX), Y2
	VMULPS (SI), Y2, Y3
	VMULPS 32(SI), Y2, Y4
	VADDPS Y3, Y0, Y0
	VADDPS Y4, Y1, Y1
done:
	VADDPS Y5, Y0, Y0
	VADDPS Y6, Y1, Y1
	VMOVUPS Y0, (DI)
	VMOVUPS Y1, 32(DI)
	VZEROUPPER
	RET
