//! Order and cycles of what refers to what, without recursion: graphs are as large as sources are.

/// The strongly connected components of a graph given by successors; each component after those that it refers to, in
/// the order of the lowest start.
pub(crate) fn components(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let mut index = vec![UNSEEN; edges.len()];
    let mut low = vec![0; edges.len()];
    let mut open = vec![false; edges.len()];
    let mut stack: Vec<usize> = Vec::new();
    let mut found = Vec::new();
    let mut next = 0;
    for start in 0..edges.len() {
        if get(&index, start) != UNSEEN {
            continue;
        }
        let mut work = vec![(start, 0usize)];
        while let Some((node, edge)) = work.pop() {
            if edge == 0 {
                set(&mut index, node, next);
                set(&mut low, node, next);
                next += 1;
                stack.push(node);
                set(&mut open, node, true);
            }
            let successors = edges.get(node).map_or(&[][..], Vec::as_slice);
            if let Some(&to) = successors.get(edge) {
                work.push((node, edge + 1));
                if to >= edges.len() {
                    continue;
                }
                if get(&index, to) == UNSEEN {
                    work.push((to, 0));
                } else if get(&open, to) {
                    let lower = get(&low, node).min(get(&index, to));
                    set(&mut low, node, lower);
                }
                continue;
            }
            if get(&low, node) == get(&index, node) {
                let mut component = Vec::new();
                while let Some(top) = stack.pop() {
                    set(&mut open, top, false);
                    component.push(top);
                    if top == node {
                        break;
                    }
                }
                component.reverse();
                found.push(component);
            }
            if let Some(&(parent, _)) = work.last() {
                let lower = get(&low, parent).min(get(&low, node));
                set(&mut low, parent, lower);
            }
        }
    }
    found
}

fn get<T: Copy + Default>(values: &[T], at: usize) -> T {
    values.get(at).copied().unwrap_or_default()
}

fn set<T>(values: &mut [T], at: usize, value: T) {
    if let Some(slot) = values.get_mut(at) {
        *slot = value;
    }
}

/// For each component that refers to itself one shortest cycle through its lowest node.
pub(crate) fn cycles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    components(edges)
        .into_iter()
        .filter_map(|component| {
            let start = component.iter().copied().min()?;
            shortest(edges, &component, start)
        })
        .collect()
}

/// The shortest way from `start` back to itself inside a component.
fn shortest(edges: &[Vec<usize>], component: &[usize], start: usize) -> Option<Vec<usize>> {
    let mut from: std::collections::HashMap<usize, usize> = std::collections::HashMap::new();
    let inside: std::collections::HashSet<usize> = component.iter().copied().collect();
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for &to in edges.get(node).map_or(&[][..], Vec::as_slice) {
            if to == start {
                let mut path = vec![node];
                let mut at = node;
                while at != start {
                    at = *from.get(&at)?;
                    path.push(at);
                }
                path.reverse();
                return Some(path);
            }
            if inside.contains(&to) && !from.contains_key(&to) {
                from.insert(to, node);
                queue.push_back(to);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{components, cycles};

    #[test]
    fn callees_come_first() {
        assert_eq!(components(&[vec![1], vec![2], vec![]]), vec![vec![2], vec![1], vec![0]]);
    }

    #[test]
    fn finds_each_cycle_once() {
        assert_eq!(cycles(&[vec![1], vec![2], vec![0, 1], vec![3], vec![0]]), vec![vec![0, 1, 2], vec![3]]);
        assert!(cycles(&[vec![1, 2], vec![2], vec![]]).is_empty());
    }
}
