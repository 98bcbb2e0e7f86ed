namespace Vesper.Cli.Tuning;

/// <summary>
/// Vectors of a collection to try settings on: rows that are indexed, and others that are searched for.
/// </summary>
/// <param name="Rows">The rows, in id order.</param>
/// <param name="Queries">Rows that are not among them.</param>
internal sealed record TuneSample(IReadOnlyList<float[]> Rows, IReadOnlyList<float[]> Queries)
{
    private const int PageSize = 5_000;

    /// <summary>Draws rows evenly over the collection.</summary>
    /// <param name="collection">Where from.</param>
    /// <param name="field">The vector field.</param>
    /// <param name="wanted">Rows, all there are when they are not more; and queries.</param>
    /// <exception cref="SchemaException">There are too few points to tell anything.</exception>
    public static TuneSample Draw(
        Collection collection, string field, (int Rows, int Queries) wanted, CancellationToken cancellation)
    {
        var points = collection.Count(cancellation: cancellation);
        if (points < wanted.Queries + IndexOptions.InvertedFromRows)
        {
            throw new SchemaException(
                "points",
                $"must be at least {wanted.Queries + IndexOptions.InvertedFromRows} to tune with, not {points}");
        }

        var most = Math.Min(points, wanted.Rows + wanted.Queries);
        var queryEvery = (int)(most / wanted.Queries);
        var (rows, queries) = (new List<float[]>((int)most), new List<float[]>(wanted.Queries));
        long seen = 0, taken = 0;
        foreach (var vector in Vectors(collection, field, cancellation))
        {
            // Evenly spread: the next is due when its share of the points has gone by.
            if (seen++ * most < taken * points)
            {
                continue;
            }

            var isQuery = taken++ % queryEvery == queryEvery - 1 && queries.Count < wanted.Queries;
            (isQuery ? queries : rows).Add(vector);
        }

        return new TuneSample(rows, queries);
    }

    private static IEnumerable<float[]> Vectors(Collection collection, string field, CancellationToken cancellation)
    {
        PointId? from = null;
        do
        {
            var request = new ScrollRequest { From = from, Limit = PageSize, WithVectors = true, WithPayload = false };
            var page = collection.Scroll(request, cancellation);
            foreach (var point in page.Points)
            {
                yield return point.Vectors![field];
            }

            from = page.Next;
        }
        while (from is not null);
    }
}
