using System.Globalization;
using System.Text;

namespace Vesper.Tests.House;

/// <summary>
/// What is tolerated for now: lines of "rule subject amount". The list may only shrink, so an entry that allows more
/// than there is fails as well. With VESPER_UPDATE_BASELINES=1 entries are lowered and removed, never added or raised.
/// </summary>
internal sealed class Ratchet
{
    private readonly List<Entry> _entries;
    private readonly List<string> _header;

    private Ratchet(List<string> header, List<Entry> entries)
    {
        _header = header;
        _entries = entries;
    }

    public static Ratchet Parse(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var isHeader = lines.ToLookup(line => line[0] == '#');
        return new Ratchet([.. isHeader[true]], [.. isHeader[false].Select(ParseLine)]);
    }

    public IEnumerable<string> RuleNames => _entries.Select(entry => entry.Rule).Distinct();

    /// <summary>What is wrong: breaches beyond the list, and entries of the list beyond the breaches.</summary>
    public IReadOnlyList<string> Compare(string rule, IEnumerable<Violation> violations)
    {
        var problems = new List<string>();
        var allowed = _entries.Where(entry => entry.Rule == rule)
            .ToDictionary(entry => entry.Subject, entry => entry.Amount);
        foreach (var violation in violations)
        {
            if (!allowed.Remove(violation.Subject, out var amount) || violation.Amount > amount)
            {
                problems.Add($"{rule} {violation.Subject} {violation.Amount}: {violation.Detail}");
            }
            else if (violation.Amount < amount)
            {
                problems.Add($"{rule} {violation.Subject}: lower its entry from {amount} to {violation.Amount}");
            }
        }

        problems.AddRange(allowed.Keys.Select(subject => $"{rule} {subject}: remove its entry, it keeps the rule"));
        return problems;
    }

    /// <summary>The list without what is no longer needed for a rule.</summary>
    public Ratchet Shrink(string rule, IEnumerable<Violation> violations)
    {
        var found = violations.ToDictionary(violation => violation.Subject, violation => violation.Amount);
        var kept = from entry in _entries
                   where entry.Rule != rule || found.ContainsKey(entry.Subject)
                   let amount = entry.Rule == rule ? Math.Min(entry.Amount, found[entry.Subject]) : entry.Amount
                   select entry with { Amount = amount };
        return new Ratchet(_header, [.. kept]);
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var line in _header.Concat(_entries.Select(entry => $"{entry.Rule} {entry.Subject} {entry.Amount}")))
        {
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }

    private static Entry ParseLine(string line)
    {
        var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 3 && int.TryParse(parts[2], CultureInfo.InvariantCulture, out var amount)
            ? new Entry(parts[0], parts[1], amount)
            : throw new FormatException($"A ratchet entry is 'rule subject amount', not '{line}'");
    }

    private sealed record Entry(string Rule, string Subject, int Amount);
}
