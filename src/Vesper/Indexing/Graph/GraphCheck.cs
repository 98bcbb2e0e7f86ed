using System.Diagnostics;

namespace Vesper.Indexing.Graph;

/// <summary>Examines a quiescent graph: what walks and insertions rely on.</summary>
internal sealed class GraphCheck
{
    private const int MaxReports = 100;

    private readonly GraphLinks _links;
    private readonly EntryPoint _entry;
    private readonly int _count;
    private readonly Action<string> _report;
    private int _reports;
    private int _roots;

    private GraphCheck(GraphLinks links, EntryPoint entry, int count, Action<string> report)
    {
        _links = links;
        _entry = entry;
        _count = count;
        _report = report;
    }

    /// <summary>Reports problems, the first hundred. Cost: every link once, and a walk over layer 0.</summary>
    public static void Run(GraphLinks links, EntryPoint entry, int count, Action<string> report)
    {
        var check = new GraphCheck(links, entry, count, report);
        check.CheckEntry();
        for (var node = 0; node < count; node++)
        {
            check.CheckNode(node);
        }

        if (check._roots != Math.Min(count, 1))
        {
            check.Report($"{check._roots} nodes have no parent");
        }

        if (check._reports == 0 && count > 0)
        {
            check.CheckReachable();
        }
    }

    private void CheckEntry()
    {
        if (_count == 0 ? !_entry.IsNone : _entry.Node < 0 || _entry.Node >= _count)
        {
            Report($"the entry point {_entry.Node} is none of {_count} nodes");
        }
        else if (_count > 0 && _links.Level(_entry.Node) != _entry.Level)
        {
            Report($"the entry point {_entry.Node} is not of level {_entry.Level}");
        }
    }

    private void CheckNode(int node)
    {
        var level = _links.Level(node);
        if (level > _entry.Level)
        {
            Report($"node {node} reaches layer {level}, above the entry point's {_entry.Level}");
        }

        for (var layer = 0; layer <= level; layer++)
        {
            CheckList(layer, node);
        }

        CheckParent(node);
    }

    private void CheckList(int layer, int node)
    {
        var list = _links.Links(layer, node);
        for (var i = 0; i < list.Length; i++)
        {
            var link = list[i];
            if (link < 0 || link >= _count || link == node)
            {
                Report($"node {node}, layer {layer}: a link to {link}, of {_count} nodes");
            }
            else if (_links.Level(link) < layer)
            {
                Report($"node {node}, layer {layer}: a link to {link}, which is below that layer");
            }
            else if (list[..i].Contains(link))
            {
                Report($"node {node}, layer {layer}: {link} is linked twice");
            }
        }
    }

    private void CheckParent(int node)
    {
        var parent = _links.Parent(node);
        if (parent == GraphLinks.None)
        {
            _roots++;
        }
        else if (!_links.Links(0, node).Contains(parent) || !_links.Links(0, parent).Contains(node))
        {
            Report($"node {node} and its parent {parent} are not linked both ways");
        }
    }

    private void CheckReachable()
    {
        var reached = new BitSet(_count);
        var open = new Stack<int>();
        open.Push(_entry.Node);
        reached.Add(_entry.Node);
        while (open.TryPop(out var node))
        {
            foreach (var link in _links.Links(0, node))
            {
                if (!reached.Contains(link))
                {
                    reached.Add(link);
                    open.Push(link);
                }
            }
        }

        for (var node = 0; node < _count; node++)
        {
            if (!reached.Contains(node))
            {
                Report($"node {node} is not reached from the entry point {_entry.Node} on layer 0");
            }
        }
    }

    private void Report(string problem)
    {
        Debug.Assert(problem.Length > 0, "A report says something.");
        if (_reports++ < MaxReports)
        {
            _report(problem);
        }
    }
}
