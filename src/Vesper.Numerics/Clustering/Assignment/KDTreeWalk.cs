using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>One search of a block of rows in a <see cref="KDTree"/>. One thread.</summary>
internal sealed class KDTreeWalk
{
    private const int OtherRoundings = 12;
    private const double Unit = 1.0 / (1 << 24);
    private const int Batch = 256;

    private readonly KDTree _tree;
    private readonly RowMatrix<float> _rows;
    private readonly int _start;
    private readonly int _dimensions;
    private readonly double _inflation;
    private readonly double _underflow;
    private readonly FloatKernel _kernel = KernelTable.Current.SquaredL2;
    private readonly (int Number, float Distance)[] _best;
    private readonly Ordinal[] _ordinals = new Ordinal[Batch];
    private readonly float[] _distances = new float[Batch];
    private readonly Stack<(int Node, float Distance)> _open = new();

    /// <summary>A search for rows from a start on.</summary>
    public KDTreeWalk(KDTree tree, RowMatrix<float> rows, int start, int count)
    {
        _tree = tree;
        _rows = rows;
        _start = start;
        _dimensions = tree.Centroids.Columns;
        double gamma = Unit * (_dimensions + OtherRoundings);
        _inflation = (1 + gamma) / (1 - gamma) * (1 + 1e-12);
        _underflow = 8.0 * _dimensions * float.Epsilon;
        _best = new (int, float)[count];
        Array.Fill(_best, (int.MaxValue, float.PositiveInfinity));
    }

    /// <summary>Distances to centroids.</summary>
    public long Leaves { get; private set; }

    /// <summary>Distances to boxes.</summary>
    public long Boxes { get; private set; }

    /// <summary>What was found for a row of the block.</summary>
    public (int Number, float Distance) this[int row] => _best[row];

    private ReadOnlySpan<float> Row(int row) => _rows.Row(_start + row)[.._dimensions];

    /// <summary>Row by row, the nearer child first.</summary>
    public void SearchEach()
    {
        for (int row = 0; row < _best.Length; row++)
        {
            _open.Push((0, 0));
            while (_open.TryPop(out (int Node, float Distance) open))
            {
                if (IsPassedBy(row, open.Distance))
                {
                    continue;
                }

                KDTree.Node node = _tree[open.Node];
                if (node.Left < 0)
                {
                    Measure(row, node);
                    continue;
                }

                float left = BoxDistance(row, node.Left);
                float right = BoxDistance(row, node.Left + 1);
                bool isLeftFirst = left <= right;
                _open.Push(isLeftFirst ? (node.Left + 1, right) : (node.Left, left));
                _open.Push(isLeftFirst ? (node.Left, left) : (node.Left + 1, right));
            }
        }
    }

    /// <summary>All rows at once: each is measured in its nearest leaf, then node by node with those left.</summary>
    public void SearchTogether()
    {
        for (int row = 0; row < _best.Length; row++)
        {
            int node = 0;
            while (_tree[node].Left is var left and >= 0)
            {
                node = BoxDistance(row, left) <= BoxDistance(row, left + 1) ? left : left + 1;
            }

            Measure(row, _tree[node]);
        }

        Visit(0, [.. Enumerable.Range(0, _best.Length)]);
    }

    private void Visit(int number, int[] rows)
    {
        KDTree.Node node = _tree[number];
        if (node.Left < 0)
        {
            foreach (int row in rows)
            {
                Measure(row, node);
            }

            return;
        }

        for (int child = node.Left; child <= node.Left + 1; child++)
        {
            int[] concerned = [.. rows.Where(row => !IsPassedBy(row, BoxDistance(row, child)))];
            if (concerned.Length > 0)
            {
                Visit(child, concerned);
            }
        }
    }

    private float BoxDistance(int row, int node)
    {
        Boxes++;
        return _tree.DistanceToBox(node, Row(row));
    }

    // A distance beyond the range of float is at least the largest float.
    private bool IsPassedBy(int row, float distance) =>
        Math.Min(distance, float.MaxValue) > (_best[row].Distance + _underflow) * _inflation;

    private void Measure(int row, KDTree.Node node)
    {
        ref (int Number, float Distance) best = ref _best[row];
        for (int first = node.First; first < node.First + node.Count; first += Batch)
        {
            int count = Math.Min(Batch, node.First + node.Count - first);
            for (int i = 0; i < count; i++)
            {
                _ordinals[i] = new Ordinal(first + i);
            }

            _kernel.Score(Row(row), _tree.Centroids.Addresses, _ordinals.AsSpan(0, count), _distances);
            Leaves += count;
            for (int i = 0; i < count; i++)
            {
                float distance = float.IsNaN(_distances[i]) ? float.PositiveInfinity : _distances[i];
                int number = _tree.Numbers[first + i];
                if (distance < best.Distance || (distance == best.Distance && number < best.Number))
                {
                    best = (number, distance);
                }
            }
        }
    }
}
