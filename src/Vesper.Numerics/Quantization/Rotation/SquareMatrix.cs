using System.Numerics;
using System.Runtime.InteropServices;

namespace Vesper.Numerics.Quantization;

/// <summary>
/// A square matrix of doubles, row by row, with what the training of a rotation needs of linear algebra.
/// </summary>
internal sealed class SquareMatrix
{
    // Rows count as orthogonal when the cosine of their angle is below this.
    private const double Orthogonal = 1e-7;
    private const int SweepsMax = 16;
    private const int NewtonRounds = 60;
    private const double NewtonEnd = 1e-12;

    private readonly double[] _elements;

    public SquareMatrix(int size)
    {
        Size = size;
        _elements = new double[size * size];
    }

    public int Size { get; }

    public Span<double> Elements => _elements;

    public static SquareMatrix Identity(int size)
    {
        var identity = new SquareMatrix(size);
        for (int i = 0; i < size; i++)
        {
            identity.Row(i)[i] = 1;
        }

        return identity;
    }

    public static SquareMatrix From(ReadOnlySpan<float> elements)
    {
        var matrix = new SquareMatrix((int)Math.Sqrt(elements.Length));
        for (int i = 0; i < elements.Length; i++)
        {
            matrix._elements[i] = elements[i];
        }

        return matrix;
    }

    public Span<double> Row(int row) => _elements.AsSpan(row * Size, Size);

    public float[] ToFloats() => Array.ConvertAll(_elements, element => (float)element);

    /// <summary>The square root of the sum of all squares.</summary>
    public double Norm() => Math.Sqrt(Dot(_elements, _elements));

    /// <summary>
    /// Eigenvalues, descending, and as rows the eigenvectors of a symmetric matrix without negative eigenvalues, by
    /// one-sided Jacobi rotations (G. Golub, C. Van Loan, Matrix Computations, 4th ed., §8.6.3). The vectors are
    /// orthonormal even when it is stopped early.
    /// </summary>
    /// <param name="isEnough">Asked between sweeps.</param>
    public (double[] Values, SquareMatrix Vectors) Eigen(Func<bool> isEnough)
    {
        var work = new SquareMatrix(Size);
        _elements.CopyTo(work.Elements);
        SquareMatrix vectors = Identity(Size);
        for (int sweep = 0; sweep < SweepsMax && !isEnough(); sweep++)
        {
            bool isDone = true;
            for (int p = 0; p < Size - 1; p++)
            {
                for (int q = p + 1; q < Size; q++)
                {
                    isDone &= !Rotate(work, vectors, p, q);
                }
            }

            if (isDone)
            {
                break;
            }
        }

        var values = new double[Size];
        var order = new int[Size];
        for (int i = 0; i < Size; i++)
        {
            values[i] = -Math.Sqrt(Dot(work.Row(i), work.Row(i)));
            order[i] = i;
        }

        Array.Sort(values, order);
        var sorted = new SquareMatrix(Size);
        for (int i = 0; i < Size; i++)
        {
            values[i] = -values[i];
            vectors.Row(order[i]).CopyTo(sorted.Row(i));
        }

        return (values, sorted);
    }

    /// <summary>
    /// The orthonormal matrix nearest to this one (its polar factor U·Vᵀ), by Newton's iteration with scaling (N. J.
    /// Higham, Computing the Polar Decomposition, SIAM J. Sci. Stat. Comput. 7(4), 1986). Null when this is singular.
    /// </summary>
    public SquareMatrix? Polar()
    {
        SquareMatrix current = this;
        for (int round = 0; round < NewtonRounds; round++)
        {
            SquareMatrix? inverse = current.Inverse();
            if (inverse is null)
            {
                return null;
            }

            double scale = Math.Sqrt(inverse.Norm() / current.Norm());
            var next = new SquareMatrix(Size);
            double moved = 0;
            for (int i = 0; i < Size; i++)
            {
                for (int j = 0; j < Size; j++)
                {
                    int at = (i * Size) + j;
                    double mean = (scale * current._elements[at] + (inverse._elements[(j * Size) + i] / scale)) / 2;
                    moved += (mean - current._elements[at]) * (mean - current._elements[at]);
                    next._elements[at] = mean;
                }
            }

            current = next;
            if (moved <= NewtonEnd * NewtonEnd * Size)
            {
                return current;
            }
        }

        return double.IsFinite(current.Norm()) ? current : null;
    }

    /// <summary>By Gauss and Jordan with row pivots; null when a pivot vanishes.</summary>
    private SquareMatrix? Inverse()
    {
        var left = new SquareMatrix(Size);
        _elements.CopyTo(left.Elements);
        SquareMatrix right = Identity(Size);
        for (int column = 0; column < Size; column++)
        {
            int pivot = column;
            for (int row = column + 1; row < Size; row++)
            {
                pivot = Math.Abs(left.Row(row)[column]) > Math.Abs(left.Row(pivot)[column]) ? row : pivot;
            }

            double value = left.Row(pivot)[column];
            if (value == 0 || !double.IsFinite(1 / value))
            {
                return null;
            }

            foreach (SquareMatrix matrix in (ReadOnlySpan<SquareMatrix>)[left, right])
            {
                Span<double> from = matrix.Row(pivot), to = matrix.Row(column);
                for (int i = 0; i < from.Length; i++)
                {
                    (from[i], to[i]) = (to[i], from[i] / value);
                }
            }

            for (int row = 0; row < Size; row++)
            {
                double factor = left.Row(row)[column];
                if (row != column && factor != 0)
                {
                    // Columns before this one are done in the left matrix.
                    Add(left.Row(row)[column..], -factor, left.Row(column)[column..]);
                    Add(right.Row(row), -factor, right.Row(column));
                }
            }
        }

        return right;
    }

    private static bool Rotate(SquareMatrix work, SquareMatrix vectors, int p, int q)
    {
        Span<double> left = work.Row(p), right = work.Row(q);
        double ofLeft = Dot(left, left), ofRight = Dot(right, right), product = Dot(left, right);
        if (Math.Abs(product) <= Orthogonal * Math.Sqrt(ofLeft * ofRight))
        {
            return false;
        }

        double zeta = (ofRight - ofLeft) / (2 * product);
        double tangent = (zeta < 0 ? -1 : 1) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
        double cosine = 1 / Math.Sqrt(1 + (tangent * tangent));
        Turn(left, right, cosine, cosine * tangent);
        Turn(vectors.Row(p), vectors.Row(q), cosine, cosine * tangent);
        return true;
    }

    private static void Turn(Span<double> left, Span<double> right, double cosine, double sine)
    {
        Span<Vector<double>> lefts = MemoryMarshal.Cast<double, Vector<double>>(left);
        Span<Vector<double>> rights = MemoryMarshal.Cast<double, Vector<double>>(right);
        for (int i = 0; i < lefts.Length; i++)
        {
            Vector<double> one = lefts[i], other = rights[i];
            lefts[i] = (cosine * one) - (sine * other);
            rights[i] = (sine * one) + (cosine * other);
        }

        for (int i = lefts.Length * Vector<double>.Count; i < left.Length; i++)
        {
            (left[i], right[i]) = ((cosine * left[i]) - (sine * right[i]), (sine * left[i]) + (cosine * right[i]));
        }
    }

    private static void Add(Span<double> target, double factor, ReadOnlySpan<double> source)
    {
        Span<Vector<double>> targets = MemoryMarshal.Cast<double, Vector<double>>(target);
        ReadOnlySpan<Vector<double>> sources = MemoryMarshal.Cast<double, Vector<double>>(source);
        for (int i = 0; i < targets.Length; i++)
        {
            targets[i] += factor * sources[i];
        }

        for (int i = targets.Length * Vector<double>.Count; i < target.Length; i++)
        {
            target[i] += factor * source[i];
        }
    }

    private static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        ReadOnlySpan<Vector<double>> lefts = MemoryMarshal.Cast<double, Vector<double>>(left);
        ReadOnlySpan<Vector<double>> rights = MemoryMarshal.Cast<double, Vector<double>>(right);
        Vector<double> sum0 = default, sum1 = default;
        int i = 0;
        for (; i + 1 < lefts.Length; i += 2)
        {
            sum0 += lefts[i] * rights[i];
            sum1 += lefts[i + 1] * rights[i + 1];
        }

        double sum = Vector.Sum(sum0 + sum1);
        for (int j = i * Vector<double>.Count; j < left.Length; j++)
        {
            sum += left[j] * right[j];
        }

        return sum;
    }
}
