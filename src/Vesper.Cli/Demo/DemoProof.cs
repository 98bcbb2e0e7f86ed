using System.Diagnostics;

namespace Vesper.Cli.Demo;

/// <summary>What the demo compares across a reopening.</summary>
/// <param name="Points">The number of points.</param>
/// <param name="Point">One of them.</param>
/// <param name="Hits">The best exact answers to a question.</param>
internal sealed record DemoProof(long Points, PointRecord Point, IReadOnlyList<SearchHit> Hits)
{
    private const int Answers = 5;

    /// <summary>Looks at the collection: counts, asks, and reads the best answer by id.</summary>
    public static DemoProof Take(Collection collection, float[] question)
    {
        var hits = collection.Search(new SearchRequest { Vector = question, Limit = Answers, Exact = true });
        Debug.Assert(hits.Count == Answers, "the sample has more points than that");
        return new DemoProof(collection.Count(), collection.Get([hits[0].Id])[0], hits);
    }

    /// <summary>What differs, or null.</summary>
    public string? DifferenceTo(DemoProof other)
    {
        if (Points != other.Points)
        {
            return $"there are {other.Points} points where there were {Points}";
        }

        if (!Hits.Select(hit => (hit.Id, hit.Score)).SequenceEqual(other.Hits.Select(hit => (hit.Id, hit.Score))))
        {
            return "the first question has other answers";
        }

        return Point.Payload!.ToString() == other.Point.Payload!.ToString()
            && Point.Vectors![""].AsSpan().SequenceEqual(other.Point.Vectors![""])
            ? null
            : $"the point {Point.Id} is another one";
    }
}
