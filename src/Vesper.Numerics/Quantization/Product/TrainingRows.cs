using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization;

/// <summary>Rows drawn for a training, one after the other.</summary>
internal sealed class TrainingRows
{
    /// <summary>Rows of one part of the work: fixed, so that sums do not depend on the number of threads.</summary>
    private const int PartRows = 4096;

    /// <summary>Takes rows that lie one after the other.</summary>
    public TrainingRows(float[] elements, int dimensions)
    {
        Elements = elements;
        Dimensions = dimensions;
        Count = elements.Length / dimensions;
    }

    public float[] Elements { get; }

    public int Dimensions { get; }

    public int Count { get; }

    /// <summary>Parts of the work.</summary>
    public int Parts => (Count + PartRows - 1) / PartRows;

    /// <summary>
    /// Draws at most <paramref name="most"/> rows without replacement, in ascending order (Knuth, TAOCP 2, §3.4.2,
    /// algorithm S).
    /// </summary>
    /// <exception cref="ArgumentException">There are no rows, too few columns, or an element is not finite.</exception>
    public static TrainingRows Draw(RowMatrix<float> rows, int dimensions, int most, Random random)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int all = rows.Count;
        if (all == 0 || rows.Columns < dimensions)
        {
            throw new ArgumentException(
                $"{all} rows of {rows.Columns} columns train no quantizer of {dimensions} dimensions.", nameof(rows));
        }

        int wanted = Math.Min(all, most);
        var elements = new float[(long)wanted * dimensions];
        int taken = 0;
        for (int row = 0; taken < wanted; row++)
        {
            if (random.NextDouble() * (all - row) < wanted - taken)
            {
                ReadOnlySpan<float> elementsOfRow = rows.Row(row)[..dimensions];
                if (VectorMath.IndexOfNotFinite(elementsOfRow) >= 0)
                {
                    throw new ArgumentException($"Row {row} has an element that is not finite.", nameof(rows));
                }

                elementsOfRow.CopyTo(elements.AsSpan(taken++ * dimensions));
            }
        }

        return new TrainingRows(elements, dimensions);
    }

    /// <summary>The rows of one part of the work.</summary>
    public (int Start, int Count) Part(int part) => (part * PartRows, Math.Min(PartRows, Count - (part * PartRows)));

    /// <summary>Elements of some rows.</summary>
    public Span<float> Rows(int start, int count) => Elements.AsSpan(start * Dimensions, count * Dimensions);
}
