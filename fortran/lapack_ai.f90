! The Fortran door to LAPACK AI. Compiled together with the program that uses it (module files belong to one compiler):
!
!     gfortran lapack_ai.f90 program.f90 -llapack_ai
!
! Programs that call dgesvd, dgemm and the rest by their own names need none of this: the preload library serves them as
! they are. Integers are 32-bit, as in LAPACK's standard interface. Every procedure may be called from any thread.
module lapack_ai
    use, intrinsic :: iso_c_binding, only: c_associated, c_char, c_f_pointer, c_int32_t, c_int64_t, c_null_char, c_ptr
    use, intrinsic :: iso_fortran_env, only: int32, real64
    implicit none
    private
    public :: dgesvdocl, dgemm_alpha, lapack_ai_last_error, lapack_ai_last_backend

    interface
        ! Singular value decomposition A = U diag(S) VT, on the OpenCL device where there is one, else wherever it is
        ! fastest. Arguments, shapes and INFO are those of LAPACK's dgesvd; WORK is only used to answer LWORK = -1 (the
        ! library has its own). INFO <= -1000 is an error of the library: lapack_ai_last_error() has the sentence.
        subroutine dgesvdocl(jobu, jobvt, m, n, a, lda, s, u, ldu, vt, ldvt, work, lwork, info)
            import :: int32, real64
            character, intent(in) :: jobu, jobvt
            integer(int32), intent(in) :: m, n, lda, ldu, ldvt, lwork
            real(real64), intent(inout) :: a(lda, *)
            real(real64), intent(out) :: s(*)
            real(real64), intent(inout) :: u(ldu, *), vt(ldvt, *)
            real(real64), intent(inout) :: work(*)
            integer(int32), intent(out) :: info
        end subroutine dgesvdocl

        ! C := alpha op(A) op(B) + beta C by fast matrix multiplication where that is faster. Arguments are those of BLAS's
        ! dgemm; the error bound is normwise (docs/fast_matrix_multiplication.md).
        subroutine dgemm_alpha(transa, transb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
            import :: int32, real64
            character, intent(in) :: transa, transb
            integer(int32), intent(in) :: m, n, k, lda, ldb, ldc
            real(real64), intent(in) :: alpha, beta
            real(real64), intent(in) :: a(lda, *), b(ldb, *)
            real(real64), intent(inout) :: c(ldc, *)
        end subroutine dgemm_alpha

        function c_last_error() bind(c, name="lai_last_error")
            import :: c_ptr
            type(c_ptr) :: c_last_error
        end function c_last_error

        function c_last_report() bind(c, name="lai_last_report")
            import :: c_ptr
            type(c_ptr) :: c_last_report
        end function c_last_report

        pure function c_strlen(text) bind(c, name="strlen")
            import :: c_int64_t, c_ptr
            type(c_ptr), intent(in), value :: text
            integer(c_int64_t) :: c_strlen
        end function c_strlen
    end interface

    ! The beginning of lai_report (lapack_ai.h); later fields are not looked at.
    type, bind(c) :: report_head
        integer(c_int32_t) :: size, status
        integer(c_int64_t) :: info
        type(c_ptr) :: op, backend
    end type report_head

contains

    ! What went wrong last on this thread, in a sentence; empty when nothing did.
    function lapack_ai_last_error() result(text)
        character(:), allocatable :: text
        text = from_c(c_last_error())
    end function lapack_ai_last_error

    ! The backend that ran this thread's last call, "cpu_lapack"; empty before the first.
    function lapack_ai_last_backend() result(text)
        character(:), allocatable :: text
        type(report_head), pointer :: report
        call c_f_pointer(c_last_report(), report)
        text = from_c(report%backend)
    end function lapack_ai_last_backend

    function from_c(address) result(text)
        type(c_ptr), intent(in) :: address
        character(:), allocatable :: text
        character(kind=c_char), pointer :: letters(:)
        integer :: i, length
        if (.not. c_associated(address)) then
            text = ""
            return
        end if
        length = int(c_strlen(address))
        call c_f_pointer(address, letters, [length])
        allocate (character(length) :: text)
        do i = 1, length
            text(i:i) = letters(i)
        end do
    end function from_c

end module lapack_ai
