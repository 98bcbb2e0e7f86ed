using System.Diagnostics;
using System.Numerics;
using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>Centroids cut in halves across one dimension after another, each node with its box. Immutable.</summary>
/// <remarks>Bentley, "Multidimensional binary search trees used for associative searching", 1975.</remarks>
internal sealed class KDTree : IDisposable
{
    private readonly KDTreeOptions _options;
    private readonly RowMatrix<float> _lows;
    private readonly RowMatrix<float> _highs;
    private readonly List<Node> _nodes = [];

    /// <summary>Builds a tree. O(centroids × dimensions × log centroids).</summary>
    public KDTree(RowMatrix<float> centroids, int dimensions, KDTreeOptions options, MemoryScope scope)
    {
        _options = options;
        _lows = new RowMatrix<float>(dimensions, scope);
        _highs = new RowMatrix<float>(dimensions, scope);
        Numbers = [.. Enumerable.Range(0, centroids.Count)];
        Centroids = new RowMatrix<float>(dimensions, scope);
        AddNode(centroids, 0, Numbers.Length);
        for (int node = 0; node < _nodes.Count; node++)
        {
            Split(centroids, node);
        }

        foreach (int number in Numbers)
        {
            Centroids.Append(centroids.Row(number)[..dimensions]);
        }
    }

    /// <summary>The centroid's number, by place.</summary>
    public int[] Numbers { get; }

    /// <summary>The centroids, by place.</summary>
    public RowMatrix<float> Centroids { get; }

    /// <summary>A node; 0 is the root.</summary>
    public Node this[int node] => _nodes[node];

    /// <summary>
    /// The squared distance of a row from a node's box, with a relative error as that of a distance. O(dimensions).
    /// </summary>
    public float DistanceToBox(int node, ReadOnlySpan<float> row)
    {
        ReadOnlySpan<float> lows = _lows.Row(node);
        ReadOnlySpan<float> highs = _highs.Row(node);
        int width = Vector<float>.Count;
        Vector<float> sums = default;
        int i = 0;
        for (; i <= row.Length - width; i += width)
        {
            var value = new Vector<float>(row[i..]);
            Vector<float> below = new Vector<float>(lows[i..]) - value;
            Vector<float> outside = Vector.Max(Vector.Max(below, value - new Vector<float>(highs[i..])), default);
            sums += outside * outside;
        }

        float sum = Vector.Sum(sums);
        for (; i < row.Length; i++)
        {
            float outside = Math.Max(Math.Max(lows[i] - row[i], row[i] - highs[i]), 0);
            sum += outside * outside;
        }

        return sum;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Centroids.Dispose();
        _lows.Dispose();
        _highs.Dispose();
    }

    private void Split(RowMatrix<float> centroids, int number)
    {
        Node node = _nodes[number];
        int dimension = _options.Split == KDTreeSplit.Variance ? Widest(centroids, node) : Longest(number);
        if (node.Count <= _options.LeafSize || !(_highs.Row(number)[dimension] > _lows.Row(number)[dimension]))
        {
            return;
        }

        Span<int> part = Numbers.AsSpan(node.First, node.Count);
        part.Sort((left, right) =>
        {
            int order = centroids.Row(left)[dimension].CompareTo(centroids.Row(right)[dimension]);
            return order != 0 ? order : left.CompareTo(right);
        });
        int half = node.Count / 2;
        _nodes[number] = node with { Left = _nodes.Count };
        AddNode(centroids, node.First, half);
        AddNode(centroids, node.First + half, node.Count - half);
    }

    private void AddNode(RowMatrix<float> centroids, int first, int count)
    {
        Debug.Assert(count > 0);
        int dimensions = _lows.Columns;
        float[] low = centroids.Row(Numbers[first])[..dimensions].ToArray();
        float[] high = [.. low];
        for (int place = first + 1; place < first + count; place++)
        {
            ReadOnlySpan<float> row = centroids.Row(Numbers[place]);
            for (int i = 0; i < dimensions; i++)
            {
                low[i] = Math.Min(low[i], row[i]);
                high[i] = Math.Max(high[i], row[i]);
            }
        }

        _lows.Append(low);
        _highs.Append(high);
        _nodes.Add(new Node(first, count, -1));
    }

    private int Longest(int number)
    {
        ReadOnlySpan<float> lows = _lows.Row(number);
        ReadOnlySpan<float> highs = _highs.Row(number);
        int longest = 0;
        for (int i = 1; i < lows.Length; i++)
        {
            longest = (double)highs[i] - lows[i] > (double)highs[longest] - lows[longest] ? i : longest;
        }

        return longest;
    }

    private int Widest(RowMatrix<float> centroids, Node node)
    {
        int widest = 0;
        double most = -1;
        for (int i = 0; i < _lows.Columns; i++)
        {
            double sum = 0, squares = 0;
            for (int place = node.First; place < node.First + node.Count; place++)
            {
                // From the first centroid on, so that a large mean does not drown the variance.
                double value = (double)centroids.Row(Numbers[place])[i] - centroids.Row(Numbers[node.First])[i];
                sum += value;
                squares += value * value;
            }

            double variance = squares - sum * sum / node.Count;
            (widest, most) = variance > most ? (i, variance) : (widest, most);
        }

        return widest;
    }

    /// <summary>A run of places.</summary>
    /// <param name="First">The first place.</param>
    /// <param name="Count">Places.</param>
    /// <param name="Left">The left child, which the right one follows; −1 for a leaf.</param>
    public readonly record struct Node(int First, int Count, int Left);
}
