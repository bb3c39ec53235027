//go:build !purego

#include "textflag.h"

// func andRows(to, from *uint64, rows *row, count, lo, hi int)
//
// Eight words are kept in two registers while all rows are ANDed to them, then
// four in one, then each of the rest. SI and DI are the first row and what is
// made; BX and CX the others, slices of 24 bytes, and how many there are; DX is
// the word and R8 what it may be at most.
TEXT ·andRows(SB), NOSPLIT, $0-48
	MOVQ to+0(FP), DI
	MOVQ from+8(FP), SI
	MOVQ rows+16(FP), BX
	MOVQ count+24(FP), CX
	MOVQ lo+32(FP), DX
	MOVQ hi+40(FP), R8
	SUBQ $8, R8
	CMPQ DX, R8
	JG   four

eight:
	VMOVDQU (SI)(DX*8), Y0
	VMOVDQU 32(SI)(DX*8), Y1
	MOVQ    BX, R9
	MOVQ    CX, R10
	TESTQ   R10, R10
	JZ      eightDone

eightRow:
	MOVQ  (R9), R11
	VPAND (R11)(DX*8), Y0, Y0
	VPAND 32(R11)(DX*8), Y1, Y1
	ADDQ  $24, R9
	DECQ  R10
	JNZ   eightRow

eightDone:
	VMOVDQU Y0, (DI)(DX*8)
	VMOVDQU Y1, 32(DI)(DX*8)
	ADDQ    $8, DX
	CMPQ    DX, R8
	JLE     eight

four:
	ADDQ    $4, R8
	CMPQ    DX, R8
	JG      rest
	VMOVDQU (SI)(DX*8), Y0
	MOVQ    BX, R9
	MOVQ    CX, R10
	TESTQ   R10, R10
	JZ      fourDone

fourRow:
	MOVQ  (R9), R11
	VPAND (R11)(DX*8), Y0, Y0
	ADDQ  $24, R9
	DECQ  R10
	JNZ   fourRow

fourDone:
	VMOVDQU Y0, (DI)(DX*8)
	ADDQ    $4, DX

rest:
	VZEROUPPER
	ADDQ $3, R8

one:
	CMPQ  DX, R8
	JG    done
	MOVQ  (SI)(DX*8), AX
	MOVQ  BX, R9
	MOVQ  CX, R10
	TESTQ R10, R10
	JZ    oneDone

oneRow:
	MOVQ (R9), R11
	ANDQ (R11)(DX*8), AX
	ADDQ $24, R9
	DECQ R10
	JNZ  oneRow

oneDone:
	MOVQ AX, (DI)(DX*8)
	INCQ DX
	JMP  one

done:
	RET

// func andRowsWider(to, from *uint64, rows *row, count, lo, hi int) (told uint64, short bool)
//
// Sixteen words are kept in two registers while all rows are ANDed to them; the
// last sixteen may be fewer, which K1 and K2 say. BX, CX and DX are as above, R8 is
// where words end, R12 is what is told and R13 which of its bits comes next.
// A row that ends before R8 ends it all: nothing beyond one is read.
TEXT ·andRowsWider(SB), NOSPLIT, $0-57
	MOVQ to+0(FP), DI
	MOVQ from+8(FP), SI
	MOVQ rows+16(FP), BX
	MOVQ count+24(FP), R14
	MOVQ lo+32(FP), DX
	MOVQ hi+40(FP), R8
	XORQ R12, R12
	XORQ CX, CX

sixteen:
	MOVQ  R8, AX
	SUBQ  DX, AX
	JLE   done
	MOVQ  $0xffff, R9
	CMPQ  AX, $16
	JGE   full
	BZHIQ AX, R9, R9

full:
	KMOVW R9, K1
	SHRQ  $8, R9
	KMOVW R9, K2
	JZ    eight

	VMOVDQU64.Z (SI)(DX*8), K1, Z0
	VMOVDQU64.Z 64(SI)(DX*8), K2, Z1
	MOVQ        BX, R9
	MOVQ        R14, R10
	TESTQ       R10, R10
	JZ          sixteenDone

sixteenRow:
	MOVQ     (R9), R11
	CMPQ     8(R9), R8
	JLT      short
	VPANDQ.Z (R11)(DX*8), Z0, K1, Z0
	VPANDQ.Z 64(R11)(DX*8), Z1, K2, Z1
	ADDQ     $24, R9
	DECQ     R10
	JNZ      sixteenRow

sixteenDone:
	VMOVDQU64 Z0, K1, (DI)(DX*8)
	VMOVDQU64 Z1, K2, 64(DI)(DX*8)
	VPTESTMQ  Z0, Z0, K3
	VPTESTMQ  Z1, Z1, K4
	KUNPCKBW  K3, K4, K3
	KMOVW     K3, AX
	JMP       tell

eight:
	VMOVDQU64.Z (SI)(DX*8), K1, Z0
	MOVQ        BX, R9
	MOVQ        R14, R10
	TESTQ       R10, R10
	JZ          eightDone

eightRow:
	MOVQ     (R9), R11
	CMPQ     8(R9), R8
	JLT      short
	VPANDQ.Z (R11)(DX*8), Z0, K1, Z0
	ADDQ     $24, R9
	DECQ     R10
	JNZ      eightRow

eightDone:
	VMOVDQU64 Z0, K1, (DI)(DX*8)
	VPTESTMQ  Z0, Z0, K3
	KMOVB     K3, AX

tell:
	CMPQ CX, $64
	JGE  next
	SHLQ CX, AX
	ORQ  AX, R12

next:
	ADDQ $16, CX
	ADDQ $16, DX
	JMP  sixteen

done:
	VZEROUPPER
	MOVQ R12, told+48(FP)
	MOVB $0, short+56(FP)
	RET

short:
	VZEROUPPER
	MOVQ $0, told+48(FP)
	MOVB $1, short+56(FP)
	RET

// func wordsOf(of *uint64, words int) uint64
TEXT ·wordsOf(SB), NOSPLIT, $0-24
	MOVQ of+0(FP), SI
	MOVQ words+8(FP), R8
	XORQ BX, BX
	XORQ CX, CX
	SUBQ $8, R8
	JL   rest

eight:
	VMOVDQU64 (SI)(CX*8), Z0
	VPTESTMQ  Z0, Z0, K1
	KMOVB     K1, AX
	SHLQ      CX, AX
	ORQ       AX, BX
	ADDQ      $8, CX
	CMPQ      CX, R8
	JLE       eight

rest:
	ADDQ  $8, R8
	SUBQ  CX, R8
	JZ    done
	MOVQ  $0xff, AX
	BZHIQ R8, AX, AX
	KMOVB AX, K2

	VMOVDQU64.Z (SI)(CX*8), K2, Z0
	VPTESTMQ    Z0, Z0, K1
	KMOVB       K1, AX
	SHLQ        CX, AX
	ORQ         AX, BX

done:
	VZEROUPPER
	MOVQ BX, ret+16(FP)
	RET

// func foursOf(of *uint64, words int) uint64
TEXT ·foursOf(SB), NOSPLIT, $0-24
	MOVQ  of+0(FP), SI
	MOVQ  words+8(FP), R8
	VPXOR Y1, Y1, Y1
	XORQ  BX, BX
	XORQ  CX, CX

four:
	VPCMPEQQ  (SI)(CX*8), Y1, Y0
	VMOVMSKPD Y0, AX
	XORQ      $15, AX
	SHLQ      CX, AX
	ORQ       AX, BX
	ADDQ      $4, CX
	CMPQ      CX, R8
	JLT       four

	VZEROUPPER
	MOVQ BX, ret+16(FP)
	RET

// TWOROWS makes the row at DI what FOUR does, four words at a time, and ONE with a
// word in AX, to it and the row at SI; R8 is how many words they have.
#define TWOROWS(FOUR, ONE) \
	XORQ    DX, DX                 \
	SUBQ    $8, R8                 \
	CMPQ    DX, R8                 \
	JG      rest                   \
eight:                             \
	VMOVDQU (SI)(DX*8), Y0         \
	VMOVDQU 32(SI)(DX*8), Y1       \
	FOUR    (DI)(DX*8), Y0, Y0     \
	FOUR    32(DI)(DX*8), Y1, Y1   \
	VMOVDQU Y0, (DI)(DX*8)         \
	VMOVDQU Y1, 32(DI)(DX*8)       \
	ADDQ    $8, DX                 \
	CMPQ    DX, R8                 \
	JLE     eight                  \
rest:                              \
	VZEROUPPER                     \
	ADDQ    $7, R8                 \
one:                               \
	CMPQ    DX, R8                 \
	JG      done                   \
	MOVQ    (SI)(DX*8), AX         \
	ONE                            \
	INCQ    DX                     \
	JMP     one                    \
done:                              \
	RET

#define OR ORQ AX, (DI)(DX*8)
#define ANDNOT NOTQ AX; ANDQ AX, (DI)(DX*8)

// func orRow(to, of *uint64, words int)
TEXT ·orRow(SB), NOSPLIT, $0-24
	MOVQ to+0(FP), DI
	MOVQ of+8(FP), SI
	MOVQ words+16(FP), R8
	TWOROWS(VPOR, OR)

// func andNotRow(of, o *uint64, words int)
TEXT ·andNotRow(SB), NOSPLIT, $0-24
	MOVQ of+0(FP), DI
	MOVQ o+8(FP), SI
	MOVQ words+16(FP), R8
	TWOROWS(VPANDN, ANDNOT)

// func heldOutOf(visitor uint64, campaigns, draws *[64]uint64) uint64
//
// controlDraw of eight campaigns at a time; what is below the draws of a group is a
// byte of the result, the first the lowest.
TEXT ·heldOutOf(SB), NOSPLIT, $0-32
	VPBROADCASTQ visitor+0(FP), Z0
	MOVQ         campaigns+8(FP), SI
	MOVQ         draws+16(FP), DI
	MOVQ         $0x9e3779b97f4a7c15, AX
	VPBROADCASTQ AX, Z1
	MOVQ         $0xbf58476d1ce4e5b9, AX
	VPBROADCASTQ AX, Z2
	MOVQ         $0x94d049bb133111eb, AX
	VPBROADCASTQ AX, Z3
	XORQ         BX, BX
	MOVQ         $8, CX

eight:
	VPXORQ   (SI), Z0, Z4
	VPADDQ   Z1, Z4, Z4
	VPSRLQ   $30, Z4, Z5
	VPXORQ   Z5, Z4, Z4
	VPMULLQ  Z2, Z4, Z4
	VPSRLQ   $27, Z4, Z5
	VPXORQ   Z5, Z4, Z4
	VPMULLQ  Z3, Z4, Z4
	VPSRLQ   $31, Z4, Z5
	VPXORQ   Z5, Z4, Z4
	VPSRLQ   $11, Z4, Z4
	VPCMPUQ  $1, (DI), Z4, K1
	KMOVB    K1, AX
	SHLQ     $56, AX
	SHRQ     $8, BX
	ORQ      AX, BX
	ADDQ     $64, SI
	ADDQ     $64, DI
	DECQ     CX
	JNZ      eight

	VZEROUPPER
	MOVQ BX, ret+24(FP)
	RET
