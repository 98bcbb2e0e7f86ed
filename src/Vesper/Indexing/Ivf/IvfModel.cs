using System.Diagnostics;

namespace Vesper.Indexing.Ivf;

/// <summary>
/// What training leaves: the centroids of the partition, how rows are assigned to them, and the encoding of what is
/// left of a row, its residual x − c.
/// </summary>
/// <remarks>
/// Immutable, thread-safe. Distances are taken apart (Jégou, Douze, Schmid: "Product quantization for nearest
/// neighbor search", PAMI 2011, section IV, in the form that keeps one table for all lists): with d the decoded
/// residual, ‖q − c − d‖² = ‖q − c‖² + (‖d‖² + 2⟨c, d⟩) − 2⟨q, d⟩. The first part belongs to the list, the second to
/// the row and is stored with its code, the third is the quantizer's scan. Under cosine rows and queries are brought
/// to length 1, where squared L2 is 2 − 2 cos.
/// </remarks>
internal sealed class IvfModel : IDisposable
{
    private readonly FloatScorers _scorers;
    private readonly Lazy<IAssigner> _assigner;

    /// <summary>
    /// Takes ownership of the centroids and of the assigner, which is made when it is first asked for.
    /// </summary>
    public IvfModel(Metric metric, RowMatrix<float> centroids, IQuantizer quantizer, Func<IAssigner> assigner)
    {
        Debug.Assert(centroids.Columns == quantizer.Dimensions, "centroids and residuals have the same width");
        Metric = metric;
        Centroids = centroids;
        _assigner = new Lazy<IAssigner>(assigner);
        Quantizer = quantizer;
        _scorers = new FloatScorers(metric == Metric.Dot ? Metric.Dot : Metric.L2, centroids.Columns, centroids);
    }

    /// <summary>L2, Dot or Cosine.</summary>
    public Metric Metric { get; }

    /// <summary>Elements of a row.</summary>
    public int Dimensions => Centroids.Columns;

    /// <summary>One row a list.</summary>
    public RowMatrix<float> Centroids { get; }

    /// <summary>Finds the list of a row.</summary>
    public IAssigner Assigner => _assigner.Value;

    /// <summary>Encodes residuals.</summary>
    public IQuantizer Quantizer { get; }

    /// <summary>What ⟨query, decoded⟩ counts in an estimate.</summary>
    public float Weight => Metric == Metric.Dot ? -1 : -2;

    /// <summary>Copies a row as the lists see it: under cosine with length 1.</summary>
    public void Prepare(ReadOnlySpan<float> row, Span<float> into) => Prepare(Metric, row, into);

    /// <summary>Copies a row as lists under a metric see it.</summary>
    public static void Prepare(Metric metric, ReadOnlySpan<float> row, Span<float> into)
    {
        row.CopyTo(into);
        if (metric == Metric.Cosine)
        {
            VectorMath.Scale(into[..row.Length], FloatScorers.InverseNorm(row));
        }
    }

    /// <summary>The lists nearest to a prepared query, nearest first.</summary>
    /// <param name="query">A prepared query.</param>
    /// <param name="into">Reset by the caller to as many lists as are wanted.</param>
    public void Nearest(ReadOnlySpan<float> query, TopK into, CancellationToken cancellation)
    {
        using var scorer = _scorers.ForQuery(query);
        Flat.FlatScan.Range(scorer, 0, Centroids.Count, null, into, cancellation);
    }

    /// <summary>What the rows of a list share for a query.</summary>
    /// <param name="query">A prepared query.</param>
    /// <param name="list">The list with the distance that <see cref="Nearest"/> gave.</param>
    public ListTerms TermsOf(ReadOnlySpan<float> query, Scored list)
    {
        var squared = Metric == Metric.Dot && Quantizer.IsUnbiased
            ? VectorMath.SquaredL2(query, Centroids.Row(list.Ordinal.Value))
            : list.Distance;
        return new ListTerms(list.Distance, MathF.Sqrt(Math.Max(0, squared)));
    }

    /// <summary>Encodes prepared rows of known lists, and finds the terms that their estimates take.</summary>
    /// <param name="rows">Prepared rows; columns ≥ the dimensions.</param>
    /// <param name="start">The first of them.</param>
    /// <param name="lists">The list of each.</param>
    /// <param name="codes">As many codes, one after the other.</param>
    /// <param name="terms">As many terms.</param>
    public void Encode(
        RowMatrix<float> rows, int start, ReadOnlySpan<int> lists, Span<byte> codes, Span<float> terms)
    {
        var (dimensions, codeBytes) = (Dimensions, Quantizer.CodeBytes);
        var residuals = new float[lists.Length * dimensions];
        for (var i = 0; i < lists.Length; i++)
        {
            var residual = residuals.AsSpan(i * dimensions, dimensions);
            var centroid = Centroids.Row(lists[i]);
            VectorMath.AddScaled(rows.Row(start + i)[..dimensions], -1, centroid, residual);
            if (Quantizer.IsUnbiased)
            {
                Quantizer.EncodeResidual(residual, centroid, codes.Slice(i * codeBytes, codeBytes));
            }
        }

        if (!Quantizer.IsUnbiased)
        {
            Quantizer.EncodeRows(residuals, codes);
        }

        var decoded = new float[dimensions];
        for (var i = 0; i < lists.Length; i++)
        {
            Quantizer.Decode(codes.Slice(i * codeBytes, codeBytes), decoded);
            terms[i] = Term(residuals.AsSpan(i * dimensions, dimensions), decoded, Centroids.Row(lists[i]));
        }
    }

    /// <summary>The term of a row that is known by its code alone.</summary>
    public float TermOf(ReadOnlySpan<byte> code, int list)
    {
        var decoded = new float[Dimensions];
        Quantizer.Decode(code, decoded);
        return Term(decoded, decoded, Centroids.Row(list));
    }

    /// <summary>Writes the row that a code of a list stands for (under cosine of about length 1).</summary>
    public void Decode(int list, ReadOnlySpan<byte> code, Span<float> row)
    {
        Quantizer.Decode(code, row);
        VectorMath.AddScaled(row, 1, Centroids.Row(list), row);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_assigner.IsValueCreated)
        {
            Assigner.Dispose();
        }

        Centroids.Dispose();
    }

    private float Term(ReadOnlySpan<float> residual, ReadOnlySpan<float> decoded, ReadOnlySpan<float> centroid)
    {
        if (Metric == Metric.Dot)
        {
            // An unbiased estimate is of ⟨q − c, r⟩, whose error shrinks with ‖q − c‖: what c adds is known exactly.
            return Quantizer.IsUnbiased ? VectorMath.Dot(centroid, decoded) - VectorMath.Dot(centroid, residual) : 0;
        }

        var norm = Quantizer.IsUnbiased ? residual : decoded;
        return VectorMath.Dot(norm, norm) + (2 * VectorMath.Dot(centroid, decoded));
    }
}
